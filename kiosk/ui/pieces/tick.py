"""One person to tick: a box, a name, and what they are to the prisoner. Holds a tick; decides nothing."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.design import RADIUS, Look, Tone
from kiosk.ui.pieces.icon import draw_icon
from kiosk.ui.pieces.key import draw_ring, ring_room
from kiosk.ui.plain import plain
from kiosk.ui.safe import swallows

BOX: Final = 36
PADDING: Final = 14
NAME: Final = 21
ABOUT: Final = 16


class TickRow(QAbstractButton):
    """A card with a tick box; ticked and unticked by a touch, Space or Enter."""

    def __init__(self, parent: QWidget, name: str, person: str, about: str) -> None:
        super().__init__(parent)
        self.look = Look()
        self._about = plain(about)
        self.setObjectName(name)
        self.setText(plain(person))
        self.setAccessibleName(f"{self.text()}, {self._about}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""
        self.look = look
        self.update()

    def body(self) -> QRectF:
        """The card itself, within its widget."""
        room = ring_room(self.look)
        return QRectF(self.rect().adjusted(room, room, -room, -room))

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the card, the box and the words."""
        palette, body, radius = self.look.palette, self.body(), self.look.px(RADIUS)
        edge = palette.accent if self.isChecked() else palette.edge
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(QColor(palette.raised))
            painter.setPen(QPen(QColor(edge), self.look.px(2)))
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), radius, radius)
            self._draw_box(painter, body)
            self._draw_words(painter, body)
            if self.hasFocus():
                draw_ring(painter, body, self.look)

    def _draw_box(self, painter: QPainter, body: QRectF) -> None:
        palette, side = self.look.palette, self.look.px(BOX)
        box = QRectF(body.left() + self.look.px(PADDING), body.center().y() - side / 2, side, side)
        ticked = self.isChecked()
        painter.setBrush(QColor(palette.accent if ticked else palette.raised))
        painter.setPen(QPen(QColor(palette.accent if ticked else palette.edge), self.look.px(3)))
        painter.drawRoundedRect(box, self.look.px(6), self.look.px(6))
        if ticked:
            inset = self.look.px(4)
            draw_icon(painter, "tick", box.adjusted(inset, inset, -inset, -inset), QColor(palette.on_accent))

    def _draw_words(self, painter: QPainter, body: QRectF) -> None:
        left = body.left() + self.look.px(2 * PADDING + BOX)
        room = body.right() - self.look.px(PADDING) - left
        name_font, about_font = self.look.font(NAME, bold=True), self.look.font(ABOUT)
        middle = body.center().y()
        painter.setFont(name_font)
        painter.setPen(QColor(self.look.palette.ink))
        painter.drawText(QPointF(left, middle - self.look.px(3)), _elided(self.text(), name_font, room))
        painter.setFont(about_font)
        painter.setPen(self.look.palette.tone(Tone.SOFT))
        painter.drawText(QPointF(left, middle + self.look.px(20)), _elided(self._about, about_font, room))


def _elided(text: str, font: QFont, width: float) -> str:
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
