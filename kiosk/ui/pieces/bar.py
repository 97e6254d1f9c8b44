"""The bar that shortens as the time does. Draws a fraction; knows no clock."""

from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.design import Tone
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.safe import swallows


class TimeBar(Piece):
    """How much is left of the whole, from the left."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._fraction = 1.0
        self._tone = Tone.ACCENT

    def show_left(self, fraction: float, tone: Tone) -> None:
        """Show `fraction` (0 to 1, clamped) in `tone`."""
        self._fraction, self._tone = min(1.0, max(0.0, fraction)), tone
        self.update()

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the track and what is left."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self.look.palette.line))
            width = round(self.width() * self._fraction)
            painter.fillRect(0, 0, width, self.height(), self.look.palette.tone(self._tone))
