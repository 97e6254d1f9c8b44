"""Says that a call is recorded or watched; shown only where it is so."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.scenes import InCall
from kiosk.ui.design import Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.words import say

ICON: Final = 20


class Recorded(Piece):
    """ "This call is recorded", at the right end of the lowest line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = Icon(self, "record", ICON, Tone.STOP)
        self.words = TextBlock(self, Style(16, bold=True))

    def draw(self, scene: InCall) -> None:
        """Say what is so."""
        self.words.say(_words(scene))
        self._icon.turn_into("record" if scene.recorded else "people", Tone.STOP)
        self.setVisible(bool(self.words.text))

    def place(self, status: QRect) -> None:
        """Stand at the right end of the line `status`."""
        icon, gap = self.look.px(ICON), self.look.px(8)
        width = icon + gap + self.words.width_wanted()
        self.setGeometry(status.right() + 1 - width, status.top(), width, status.height())
        self._icon.setGeometry(0, 0, icon, status.height())
        self.words.setGeometry(icon + gap, 0, width - icon - gap, status.height())


def _words(scene: InCall) -> str:
    if scene.recorded and scene.watched:
        return say("in_call.recorded_and_watched")
    if scene.recorded:
        return say("in_call.recorded")
    return say("in_call.watched") if scene.watched else ""
