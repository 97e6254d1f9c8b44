"""One piece of text: plain, broken into lines, elided rather than overrunning. Never interprets what it is given."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ui.design import Tone
from kiosk.ui.pieces.lines import Lines, break_into_lines
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.plain import plain
from kiosk.ui.safe import swallows

LEADING: Final = 1.34  # of the type size; the font's own 1.61 leaves holes, and marks such as Ŵ still clear at this


@dataclass(frozen=True)
class Style:
    """How a text is set; sizes in design units."""

    size: float = 18
    bold: bool = False
    tone: Tone = Tone.INK
    centred: bool = False
    most_lines: int = 1


class TextBlock(Piece):
    """Text in one style. Empty text takes no room."""

    def __init__(self, parent: QWidget, style: Style, text: str = "") -> None:
        super().__init__(parent)
        self._style = style
        self._text = ""
        self._broken: tuple[object, Lines] = (None, Lines(()))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.say(text)

    @property
    def text(self) -> str:
        """What is shown, made harmless."""
        return self._text

    def say(self, untrusted: str) -> None:
        """Show `untrusted` as plain text."""
        text = plain(untrusted)
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def restyle(self, style: Style) -> None:
        """Set the text in `style` from now on."""
        if style != self._style:
            self._style = style
            self.update()

    def height_for(self, width: int) -> int:
        """How high the text is when it is `width` pixels wide."""
        return len(self.lines(width).texts) * self._line_height()

    def width_wanted(self) -> int:
        """How wide the text is on one line, in pixels."""
        return int(QFontMetricsF(self._font()).horizontalAdvance(self._text)) + 1 if self._text else 0

    def lines(self, width: int) -> Lines:
        """The text as broken for `width` pixels."""
        key = (self._text, width, self._style, self.look)
        if self._broken[0] != key:
            self._broken = (key, break_into_lines(self._text, self._font(), width, self._style.most_lines))
        return self._broken[1]

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the lines, vertically in the middle."""
        lines, step, metrics = self.lines(self.width()), self._line_height(), QFontMetricsF(self._font())
        top = (self.height() - len(lines.texts) * step) / 2
        with QPainter(self) as painter:
            painter.setFont(self._font())
            painter.setPen(self.look.palette.tone(self._style.tone))
            for number, line in enumerate(lines.texts):
                x = (self.width() - metrics.horizontalAdvance(line)) / 2 if self._style.centred else 0
                baseline = top + number * step + (step + metrics.capHeight()) / 2
                painter.drawText(round(x), round(baseline), line)

    def _font(self) -> QFont:
        return self.look.font(self._style.size, bold=self._style.bold)

    def _line_height(self) -> int:
        return self.look.px(self._style.size * LEADING)
