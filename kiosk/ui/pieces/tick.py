"""One person to tick: a box, a name, and what they are to the prisoner. Holds a tick; decides nothing."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.design import RADIUS, Look, Tone
from kiosk.ui.pieces.icon import draw_icon
from kiosk.ui.pieces.key import draw_ring, ring_room
from kiosk.ui.pieces.lines import break_into_lines
from kiosk.ui.plain import plain
from kiosk.ui.safe import swallows

BOX: Final = 36
PADDING: Final = 14
NAME: Final = 21
ABOUT: Final = 16
INSET: Final = 6  # of the photo, within the card
UPRIGHT: Final = 0.8  # of the height of a photo
STEP: Final = 1.3  # from line to line, of the type size
TWO_LINES: Final = 100  # a card at least so high has two lines for a name
NARROW: Final = 340  # a card less wide has its box under the words
NARROW_NAME: Final = 18


class TickRow(QAbstractButton):
    """A card with a tick box; ticked and unticked by a touch, Space or Enter."""

    def __init__(self, parent: QWidget, name: str, person: str, about: str) -> None:
        super().__init__(parent)
        self.look = Look()
        self._about = plain(about)
        self._photo: QImage | None = None
        self.setObjectName(name)
        self.setText(plain(person))
        self.setAccessibleName(f"{self.text()}, {self._about}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def show_photo(self, photo: QImage | None) -> None:
        """Show the photo on file, or that there is none."""
        if photo is not self._photo:
            self._photo = photo
            self.update()

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
            self._draw_photo(painter, self._photo_place(body))
            self._draw_words(painter, body)
            if self.hasFocus():
                draw_ring(painter, body, self.look)

    def _draw_box(self, painter: QPainter, body: QRectF) -> None:
        if not self.isEnabled():
            return  # nothing here is to be ticked
        palette, side = self.look.palette, self.look.px(BOX)
        box = QRectF(body.left() + self.look.px(PADDING), body.center().y() - side / 2, side, side)
        if self._is_narrow(body):
            inset = self.look.px(PADDING)
            box.moveTopLeft(QPointF(body.right() - inset - side, body.bottom() - inset - side))
        ticked = self.isChecked()
        painter.setBrush(QColor(palette.accent if ticked else palette.raised))
        painter.setPen(QPen(QColor(palette.accent if ticked else palette.edge), self.look.px(3)))
        painter.drawRoundedRect(box, self.look.px(6), self.look.px(6))
        if ticked:
            inset = self.look.px(4)
            draw_icon(painter, "tick", box.adjusted(inset, inset, -inset, -inset), QColor(palette.on_accent))

    def _photo_place(self, body: QRectF) -> QRectF:
        """As high as the card, upright as photos on file are, beside the box."""
        inset = self.look.px(INSET)
        tall = body.height() - 2 * inset
        left = self.look.px(INSET if self._is_narrow(body) else 2 * PADDING + BOX)
        return QRectF(body.left() + left, body.top() + inset, tall * UPRIGHT, tall)

    def _is_narrow(self, body: QRectF) -> bool:
        return body.width() < self.look.px(NARROW) and body.height() >= self.look.px(TWO_LINES)

    def _draw_photo(self, painter: QPainter, place: QRectF) -> None:
        painter.fillRect(place, QColor(self.look.palette.line))
        if self._photo is None:
            side = place.width() * 2 / 3
            person = QRectF(place.center().x() - side / 2, place.center().y() - side / 2, side, side)
            draw_icon(painter, "person", person, self.look.palette.tone(Tone.SOFT))
        else:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(place, self._photo, _middle(self._photo.size()))

    def _draw_words(self, painter: QPainter, body: QRectF) -> None:
        """Name, then what they are to the prisoner; both in the middle, each on two lines at most."""
        if self._is_narrow(body):
            self._draw_narrow_words(painter, body)
            return
        left = self._photo_place(body).right() + self.look.px(PADDING)
        room = int(body.right() - self.look.px(PADDING) - left)
        most = 2 if body.height() >= self.look.px(TWO_LINES) else 1
        rows = [
            *_rows(self.text(), self.look.font(NAME, bold=True), QColor(self.look.palette.ink), room, most),
            *_rows(self._about, self.look.font(ABOUT, bold=not self.isEnabled()), self._about_ink(), room, most),
        ]
        top = body.center().y() - sum(font.pixelSize() * STEP for _, font, _ in rows) / 2
        _draw_rows(painter, rows, left, top)

    def _about_ink(self) -> QColor:
        """Soft; why somebody is not to be ticked stands out."""
        return self.look.palette.tone(Tone.SOFT if self.isEnabled() else Tone.WARNING)

    def _draw_narrow_words(self, painter: QPainter, body: QRectF) -> None:
        """The name over the whole width; beneath it, beside the box, what they are to the prisoner."""
        px, left = self.look.px, self._photo_place(body).right() + self.look.px(10)
        room, beside = int(body.right() - px(8) - left), int(body.right() - px(PADDING + BOX + 8) - left)
        ink, soft = QColor(self.look.palette.ink), self._about_ink()
        name = _rows(self.text(), self.look.font(NARROW_NAME, bold=True), ink, room, 3)
        about = _rows(self._about, self.look.font(ABOUT - 1), soft, beside, 2)
        _draw_rows(painter, name, left, body.top() + px(4))
        tall = sum(font.pixelSize() * STEP for _, font, _ in about)
        _draw_rows(painter, about, left, body.bottom() - px(8) - tall)


def _draw_rows(painter: QPainter, rows: list[tuple[str, QFont, QColor]], left: float, top: float) -> None:
    for line, font, colour in rows:
        top += font.pixelSize() * STEP
        painter.setFont(font)
        painter.setPen(colour)
        painter.drawText(QPointF(left, top - font.pixelSize() * (STEP - 1)), line)


def _rows(text: str, font: QFont, colour: QColor, width: int, most: int) -> list[tuple[str, QFont, QColor]]:
    return [(line, font, colour) for line in break_into_lines(text, font, width, most).texts]


def _middle(photo: QSize) -> QRectF:
    """The largest upright part of a photo: in the middle across, and rather its upper part, where the face is."""
    wide = min(photo.width(), photo.height() * UPRIGHT)
    tall = wide / UPRIGHT
    return QRectF((photo.width() - wide) / 2, (photo.height() - tall) / 4, wide, tall)
