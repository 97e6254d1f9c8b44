"""Interrupted: a fault that recovers by itself. Says whose side it looks like, and blames nobody."""

from PySide6.QtWidgets import QWidget

from kiosk.scenes import Interrupted
from kiosk.ui.design import Tone
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.scenes.bands import one_way
from kiosk.ui.scenes.leavable import LeavableView
from kiosk.ui.words import lasting, left, say, table


class InterruptedView(LeavableView):
    """ "The prison's network dropped. Your time is stopped. We are reconnecting." """

    dark = True

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.crown_with_ring()
        self.time_left = TextBlock(self, Style(24, bold=True, tone=Tone.ACCENT, centred=True))
        self.tried = TextBlock(self, Style(20, tone=Tone.SOFT, centred=True, most_lines=2))
        self.ask = TextBlock(self, Style(24, bold=True, tone=Tone.WARNING, centred=True))
        self.add(self.time_left, gap=16)
        self.add(self.tried, gap=16)
        self.add(self.ask, gap=12)

    def draw(self, scene: Interrupted) -> None:
        """Show the scene."""
        self.title.say(_what(scene))
        self.lead.say(say("interrupted.body" if scene.measure is None else "interrupted.stopped"))
        self.time_left.say(left(scene.left_s))
        self.tried.say("" if scene.quiet else _how_long(scene))
        self.ask.say(say("interrupted.ask_officer") if scene.ask_officer else "")


def _what(scene: Interrupted) -> str:
    """What interrupts: a thing somebody can see and put right, what does not arrive, or whose side it looks like."""
    if scene.measure is not None and (key := f"interrupted.measure.{scene.measure.value}") in table():
        return say(key)
    if scene.measure is None and (words := one_way(scene)):
        return words
    return say(f"interrupted.cause.{scene.cause.value}")


def _how_long(scene: Interrupted) -> str:
    """How long it was tried; and, while that is still ahead, until when it will be."""
    tried = say("interrupted.tried", time=lasting(scene.tried_s))
    return tried if scene.ask_officer else f"{tried} {say('interrupted.try_for', time=lasting(scene.try_for_s))}"
