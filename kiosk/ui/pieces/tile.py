"""A large key with its icon above its words, for choosing among many. Reports a press; decides nothing."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import QWidget

from kiosk.ui.design import TARGET
from kiosk.ui.pieces.icon import draw_icon
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.lines import Lines, break_into_lines

WORDS: Final = 17
STEP: Final = 21
ICON: Final = 28
MOST_LINES: Final = 2
INSET: Final = 6


class Tile(KeyButton):
    """A key of any width; its words take two lines at most. `icon` may be empty."""

    def __init__(self, parent: QWidget, name: str, word: str, icon: str = "") -> None:
        super().__init__(parent, name, word, icon, Manner.QUIET)

    def width_wanted(self) -> int:
        """The least a finger needs."""
        return self.look.px(TARGET)

    def lines(self) -> Lines:
        """The words as broken for the key's width."""
        room = int(self.body().width()) - self.look.px(2 * INSET)
        return break_into_lines(self.text(), self.look.font(WORDS, bold=True), room, MOST_LINES)

    def _draw_words(self, painter: QPainter, body: QRectF, ink: QColor) -> None:
        font, step, lines = self.look.font(WORDS, bold=True), self.look.px(STEP), self.lines().texts
        icon = self.look.px(ICON) if self._icon else 0
        gap = self.look.px(4) if icon else 0
        top = body.center().y() - (icon + gap + step * len(lines)) / 2
        if icon:
            draw_icon(painter, self._icon, QRectF(body.center().x() - icon / 2, top, icon, icon), ink)
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        painter.setPen(ink)
        for number, line in enumerate(lines):
            x = body.center().x() - metrics.horizontalAdvance(line) / 2
            baseline = top + icon + gap + number * step + (step + metrics.capHeight()) / 2
            painter.drawText(QPointF(x, baseline), line)
