"""A key on the screen: an icon and a word, large enough for any hand, with a focus ring nobody can miss."""

from enum import Enum
from typing import ClassVar, Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.design import RADIUS, RING, RING_GAP, TARGET, Look
from kiosk.ui.pieces.icon import draw_icon
from kiosk.ui.safe import swallows

SIZE: Final = 20
ICON: Final = 28
PADDING: Final = 20
GAP: Final = 10


class Manner(Enum):
    """How loudly a key speaks."""

    PRIMARY = "primary"  # the one action of the scene
    QUIET = "quiet"
    STOP = "stop"
    STOP_LATER = "stop_later"


def draw_ring(painter: QPainter, inner: QRectF, look: Look) -> None:
    """Draw the focus ring around `inner`."""
    away = look.px(RING_GAP) + look.px(RING) / 2
    radius = look.px(RADIUS) + away
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(look.palette.ink), look.px(RING)))
    painter.drawRoundedRect(inner.adjusted(-away, -away, away, away), radius, radius)


def ring_room(look: Look) -> int:
    """How many pixels around a key its focus ring needs."""
    return look.px(RING_GAP) + look.px(RING) + 1


def with_ring(rect: QRect, look: Look) -> QRect:
    """`rect` and the room of a focus ring around it."""
    room = ring_room(look)
    return rect.adjusted(-room, -room, room, room)


class KeyButton(QAbstractButton):
    """One key, with an icon, a word or both. `name` is its object name."""

    size_u: ClassVar[float] = SIZE

    def __init__(self, parent: QWidget, name: str, word: str, icon: str, manner: Manner) -> None:
        super().__init__(parent)
        self.look = Look()
        self._icon, self._manner, self._dim = icon, manner, False
        self.setObjectName(name)
        self.setText(word)
        self.setAccessibleName(word)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def wear(self, look: Look) -> None:
        """Draw in `look` from now on."""
        self.look = look
        self.update()

    def dim(self, *, dimmed: bool) -> None:
        """Draw the key as if it could not be pressed; it can."""
        if dimmed != self._dim:
            self._dim = dimmed
            self.update()

    def width_wanted(self) -> int:
        """How wide the key is, in pixels, without its ring."""
        if not self.text():
            return self.look.px(TARGET)
        text = QFontMetricsF(self._font()).horizontalAdvance(self.text())
        return int(text) + 1 + self.look.px(2 * PADDING) + self._icon_room()

    def place(self, rect: QRect) -> None:
        """Stand at `rect`; the ring goes outside it."""
        self.setGeometry(with_ring(rect, self.look))

    def place_right(self, right: int, middle: int) -> int:
        """Stand as wide as needed, ending at `right`, around the height `middle`; returns where the key begins."""
        width, height = self.width_wanted(), self.look.px(TARGET)
        self.place(QRect(right - width, middle - height // 2, width, height))
        return right - width

    def body(self) -> QRectF:
        """The key itself, within its widget."""
        room = ring_room(self.look)
        return QRectF(self.rect().adjusted(room, room, -room, -room))

    def hitButton(self, pos: QPoint) -> bool:  # noqa: N802 (Qt's name)
        """Only the key itself can be hit: the room of its ring may lie over a neighbour."""
        return self.body().contains(QPointF(pos))

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the key, and its ring when it has the focus."""
        fill, edge, ink = self._colours()
        body, radius = self.body(), self.look.px(RADIUS)
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(fill)
            painter.setPen(QPen(edge, max(1, self.look.px(2))))
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), radius, radius)
            self._draw_words(painter, body, ink)
            if self.hasFocus():
                draw_ring(painter, body, self.look)

    def _draw_words(self, painter: QPainter, body: QRectF, ink: QColor) -> None:
        metrics, icon, room = QFontMetricsF(self._font()), self.look.px(ICON), self._icon_room()
        x = body.center().x() - (room + metrics.horizontalAdvance(self.text())) / 2
        middle = body.center().y()
        if self._icon:
            draw_icon(painter, self._icon, QRectF(x, middle - icon / 2, icon, icon), ink)
        painter.setFont(self._font())
        painter.setPen(ink)
        painter.drawText(QPointF(x + room, middle + metrics.capHeight() / 2), self.text())

    def _icon_room(self) -> int:
        """The width of the icon and of the gap to a word, if there is one."""
        if not self._icon:
            return 0
        return self.look.px(ICON + GAP) if self.text() else self.look.px(ICON)

    def _colours(self) -> tuple[QColor, QColor, QColor]:
        """Fill, edge and ink."""
        palette = self.look.palette
        if self._dim or not self.isEnabled():
            return QColor(palette.line), QColor(palette.line), QColor(palette.soft)
        fill, edge, ink = {
            Manner.PRIMARY: (palette.accent, palette.accent, palette.on_accent),
            Manner.QUIET: (palette.raised, palette.edge, palette.ink),
            Manner.STOP: (palette.stop_key, palette.stop, palette.on_stop_key),
            Manner.STOP_LATER: (palette.raised, palette.stop, palette.stop),
        }[self._manner]
        shade = 112 if self.isDown() else 100
        return QColor(fill).darker(shade), QColor(edge), QColor(ink)

    def _font(self) -> QFont:
        return self.look.font(self.size_u, bold=True)
