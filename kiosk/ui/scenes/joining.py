"""Joining: a ring that waits, and after a while what it waits for."""

from typing import Final

from PySide6.QtWidgets import QWidget

from kiosk.scenes import Joining
from kiosk.ui.design import Tone
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.scenes.leavable import LeavableView
from kiosk.ui.words import say

PATIENCE_S: Final = 10


class JoiningView(LeavableView):
    """ "Calling Mum. Your time has not started." """

    dark = True
    takes_pictures = True  # the first picture comes before the scene that shows it

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown_with_ring()
        self.waiting = TextBlock(self, Style(20, tone=Tone.SOFT, centred=True, most_lines=2))
        self.add(self.waiting, gap=16)

    def draw(self, scene: Joining) -> None:
        """Show the scene."""
        self.title.say(say("joining.title", who=scene.who))
        self.lead.say(say("joining.body"))
        waiting_for = say(f"joining.waiting_for.{scene.waiting_for.value}")
        self.waiting.say(waiting_for if scene.waited_s >= PATIENCE_S else "")
