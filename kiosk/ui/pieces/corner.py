"""A label in an upper corner of the screen: where this is, or what time it is. Draws words; knows no clock."""

from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.design import MARGIN
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.safe import swallows

LABEL: Final = 18


class Corner(Piece):
    """A label in an upper corner; where it stands on the banner it has a ground of its own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._has_ground = False
        self.words = TextBlock(self, Style(LABEL, bold=True))

    def place(self, top: QRect, *, slim: bool, at_right: bool) -> None:
        """Stand at one end of the strip `top`, at most two fifths of it wide."""
        self._has_ground = slim
        inset = self.look.px(12 if slim else MARGIN)
        width = min(self.words.width_wanted(), top.width() * 2 // 5) + 2 * inset
        self.setGeometry(top.right() + 1 - width if at_right else top.left(), top.top(), width, top.height())
        self.words.setGeometry(inset, 0, width - 2 * inset, top.height())

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Lay the ground, on the banner."""
        if self._has_ground:
            with QPainter(self) as painter:
                painter.fillRect(self.rect(), QColor(self.look.palette.ground))
