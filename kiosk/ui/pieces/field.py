"""A field an officer types into: a number that can be read, or a PIN of which only the length can."""

from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.design import RADIUS, Look, Tone
from kiosk.ui.pieces.key import draw_ring, ring_room, with_ring
from kiosk.ui.safe import swallows

LABEL: Final = 15
TEXT: Final = 24
INSET: Final = 12
DOT: Final = 4.5  # radius
DOT_STEP: Final = 13


class Field(QAbstractButton):
    """Takes characters one by one, at most `longest`. A masked field draws a dot for each and tells nobody which."""

    entered = Signal()

    def __init__(self, parent: QWidget, name: str, label: str, *, longest: int, masked: bool = False) -> None:
        super().__init__(parent)
        self.look = Look()
        self._label, self._longest, self._masked = label, longest, masked
        self._typed = ""
        self._active = False
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    @property
    def typed(self) -> str:
        """What was typed since the last wiping."""
        return self._typed

    def add(self, character: str) -> None:
        """Take one character more, while there is room."""
        if len(self._typed) < self._longest:
            self._typed += character
            self.update()

    def rub_out(self) -> None:
        """Forget the last character."""
        self._typed = self._typed[:-1]
        self.update()

    def wipe(self) -> None:
        """Forget everything."""
        self._typed = ""
        self.update()

    def activate(self, *, active: bool) -> None:
        """Whether what is typed goes here."""
        self._active = active
        self.update()

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""
        self.look = look
        self.update()

    def place(self, rect: QRect) -> None:
        """Stand at `rect`; the ring goes outside it."""
        self.setGeometry(with_ring(rect, self.look))

    def body(self) -> QRectF:
        """The field itself, within its widget."""
        room = ring_room(self.look)
        return QRectF(self.rect().adjusted(room, room, -room, -room))

    @swallows
    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802 (Qt's name)
        """The Tab key has come here: type here."""
        super().focusInEvent(event)
        self.entered.emit()

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the box, its label and what was typed, or dots for it."""
        palette, body, radius = self.look.palette, self.body(), self.look.px(RADIUS)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(palette.raised))
            painter.setPen(QPen(QColor(palette.accent if self._active else palette.edge), self.look.px(3)))
            painter.drawRoundedRect(body.adjusted(2, 2, -2, -2), radius, radius)
            self._draw_label(painter, body)
            if self._masked:
                self._draw_dots(painter, body)
            else:
                self._draw_text(painter, body)
            if self.hasFocus():
                draw_ring(painter, body, self.look)

    def _draw_label(self, painter: QPainter, body: QRectF) -> None:
        painter.setFont(self.look.font(LABEL, bold=self._active))
        painter.setPen(self.look.palette.tone(Tone.ACCENT if self._active else Tone.SOFT))
        painter.drawText(QPointF(body.left() + self.look.px(INSET), body.top() + self.look.px(24)), self._label)

    def _draw_text(self, painter: QPainter, body: QRectF) -> None:
        font, room = self.look.font(TEXT, bold=True), body.width() - self.look.px(2 * INSET)
        painter.setFont(font)
        painter.setPen(QColor(self.look.palette.ink))
        text = QFontMetricsF(font).elidedText(self._typed, Qt.TextElideMode.ElideLeft, room)
        painter.drawText(QPointF(body.left() + self.look.px(INSET), body.bottom() - self.look.px(14)), text)

    def _draw_dots(self, painter: QPainter, body: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.look.palette.ink))
        y, radius = body.bottom() - self.look.px(22), self.look.px(DOT)
        for number in range(len(self._typed)):
            x = body.left() + self.look.px(INSET) + radius + number * self.look.px(DOT_STEP)
            painter.drawEllipse(QPointF(x, y), radius, radius)
