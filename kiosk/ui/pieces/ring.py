"""A ring that waits: turns slowly while it is seen, and stands still where the system asks for less motion."""

from typing import Final

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui import motion
from kiosk.ui.design import Tone
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.safe import swallows

TURN_MS: Final = 1800
STEP_MS: Final = 40
SIZE: Final = 112
STROKE: Final = 10
ARC_DEGREES: Final = 90


class Ring(Piece):
    """The waiting ring. Its timer runs only while the ring is visible."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self.update)
        self._since = QElapsedTimer()
        self._since.start()

    def height_for(self, _width: int) -> int:
        """As high as the ring."""
        return self.look.px(SIZE)

    @swallows
    def showEvent(self, _event: QShowEvent) -> None:  # noqa: N802 (Qt's name)
        """Begin to turn, unless motion is unwanted."""
        if motion.is_wanted(self):
            self._timer.start()

    @swallows
    def hideEvent(self, _event: QHideEvent) -> None:  # noqa: N802 (Qt's name)
        """Stop."""
        self._timer.stop()

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the track, and the arc where it is now."""
        side, stroke = self.look.px(SIZE), self.look.px(STROKE)
        inner = side - stroke
        where = QRectF((self.width() - inner) / 2, (self.height() - inner) / 2, inner, inner)
        turned = self._since.elapsed() % TURN_MS / TURN_MS
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.look.palette.line), stroke))
            painter.drawEllipse(where)
            pen = QPen(self.look.palette.tone(Tone.ACCENT), stroke)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawArc(where, round(-turned * 360 * 16), ARC_DEGREES * 16)
