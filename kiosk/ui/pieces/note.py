"""An icon and a few words in the lowest line of the screen. Draws what it is told."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget

from kiosk.ui.design import Tone
from kiosk.ui.pieces.icon import Icon
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock

STATUS: Final = 16
ICON: Final = 20
GAP: Final = 8


class Note(Piece):
    """An icon and a few words in the lowest line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = Icon(self, "lock", ICON)
        self._words = TextBlock(self, Style(STATUS))

    def say(self, icon: str, words: str, tone: Tone) -> None:
        """Show `words`; none hides the note."""
        self._icon.turn_into(icon, tone)
        self._words.restyle(Style(STATUS, bold=tone is not Tone.SOFT, tone=tone))
        self._words.say(words)
        self.setVisible(bool(words))

    def place(self, left: int, status: QRect) -> int:
        """Stand at `left` in the line `status`; returns where the next note may begin."""
        if self.isHidden():
            return left
        icon, gap = self.look.px(ICON), self.look.px(GAP)
        width = icon + gap + self._words.width_wanted()
        self.setGeometry(left, status.top(), width, status.height())
        self._icon.setGeometry(0, 0, icon, status.height())
        self._words.setGeometry(icon + gap, 0, width - icon - gap, status.height())
        return left + width + self.look.px(28)
