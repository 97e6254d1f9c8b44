"""Joining: a ring that waits, after a while what it waits for, and whether the microphone hears the prisoner."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.scenes import Joining
from kiosk.ui.design import Tone
from kiosk.ui.pieces.piece import Room
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.pieces.voice import TALL as VOICE_TALL
from kiosk.ui.pieces.voice import WIDE as VOICE_WIDE
from kiosk.ui.places import Places
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
        self._voice = Room(self, VOICE_TALL)
        self.add(self._voice, gap=24)

    def draw(self, scene: Joining) -> None:
        """Show the scene."""
        self.title.say(say("joining.title", who=scene.who))
        self.lead.say(say("joining.body"))
        waiting_for = say(f"joining.waiting_for.{scene.waiting_for.value}")
        self.waiting.say(waiting_for if scene.waited_s >= PATIENCE_S else "")

    def places(self, call: Places) -> Places:
        """No picture yet; the meter in its room in the column."""
        room, wide = self._voice.geometry(), self.look.px(VOICE_WIDE)
        return replace(call, voice=QRect(room.center().x() - wide // 2, room.top(), wide, room.height()))
