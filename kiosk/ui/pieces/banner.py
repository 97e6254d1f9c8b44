"""The banner of a laptop that is not locked down: striped, across the whole top, in front of everything."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPolygonF
from PySide6.QtWidgets import QWidget

from kiosk.ui.pieces.piece import Piece
from kiosk.ui.safe import swallows
from kiosk.ui.words import say

HEIGHT: Final = 28
STRIPE: Final = 22
AMBER: Final = "#FFB454"
BLACK: Final = "#12202B"


class DemoBanner(Piece):
    """ "DEMO - NOT LOCKED DOWN"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(say("frame.demo"))

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the stripes, and the words on a ground of their own."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), QColor(AMBER))
            self._draw_stripes(painter)
            self._draw_words(painter)

    def _draw_stripes(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(BLACK))
        step, height = self.look.px(STRIPE), self.height()
        for x in range(-height, self.width(), 2 * step):
            corners = [(x, height), (x + step, height), (x + step + height, 0), (x + height, 0)]
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))

    def _draw_words(self, painter: QPainter) -> None:
        font = self.look.font(17, bold=True)
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(say("frame.demo")) + self.look.px(32)
        x = (self.width() - width) / 2
        painter.fillRect(QRectF(x, 0, width, self.height()), QColor(AMBER))
        painter.setFont(font)
        painter.setPen(QColor(BLACK))
        painter.drawText(QPointF(x + self.look.px(16), (self.height() + metrics.capHeight()) / 2), say("frame.demo"))
