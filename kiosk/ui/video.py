"""Paints the newest picture from a box that another thread fills: no conversion, no copy, nothing queued."""

import time
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QWidget

from kiosk.latest import Latest, Picture
from kiosk.ui.design import DARK
from kiosk.ui.safe import swallows

PATCHES: Final = QSize(3, 2)
NEAR_ENOUGH: Final = 2  # pixels; media rounds sizes to even ones, and that is not worth scaling again


class VideoView(QWidget):
    """Shows the pictures of one box, whole, keeping their shape. Other threads only ever touch the box."""

    picture_painted = Signal(int)  # the number of a picture painted for the first time
    reshaped = Signal()  # the picture stands elsewhere in the view than before
    picture_arrived = Signal()  # something new is in the box, wanted or not

    def __init__(self, box: Latest[Picture], parent: QWidget, *, at_top: bool = False) -> None:
        super().__init__(parent)
        self._box, self._at_top = box, at_top
        self._picture: Picture | None = None
        self._image = QImage()
        self._shape = QRect()
        self._wanted = False
        self.painted = 0  # distinct pictures painted since `reset`
        self.last_size: tuple[int, int] | None = None  # width and height as received
        self.first_painted_at: float | None = None  # time.monotonic() of the first picture since `reset`
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.picture_arrived.connect(self._look, Qt.ConnectionType.QueuedConnection)
        box.on_new(self._wake)

    def _wake(self) -> None:
        """Called by the thread that filled the box."""
        try:
            self.picture_arrived.emit()
        except RuntimeError:  # the window is gone, and a decoder still runs out
            return

    def _look(self) -> None:
        """Something is in the box: paint it soon, or let it go if nobody may see it."""
        if self._wanted:
            self.update()
        else:
            self._box.take()

    def want(self, wanted: bool) -> None:
        """Whether pictures that arrive from now on are to be seen; what came before is forgotten when not."""
        if self._wanted and not wanted:
            self.clear()
        self._wanted = wanted

    def clear(self) -> None:
        """Forget the picture, also one that waits in the box. No last frame remains."""
        self._box.take()
        self._picture, self._image = None, QImage()
        self.update()

    def colours(self) -> QImage | None:
        """The colours of the picture in six soft patches, in which nobody can be made out; None without one."""
        if self._image.isNull():
            return None
        return self._image.scaled(PATCHES, mode=Qt.TransformationMode.SmoothTransformation)

    def reset(self) -> None:
        """Count from nothing again."""
        self.painted, self.last_size, self.first_painted_at = 0, None, None

    def wrap(self, picture: Picture) -> QImage:
        """`picture` as an image over the same memory; the caller keeps `picture` for as long as the image."""
        return QImage(picture.data, picture.width, picture.height, picture.stride, QImage.Format.Format_RGB32)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Paint the newest picture, and the ground around it."""
        newer = self._box.take()
        if newer is not None:
            self._image, self._picture = self.wrap(newer), newer
        self._paint()
        if newer is not None:
            self._count(newer)
        if self.picture_rect() != self._shape:
            self._shape = self.picture_rect()
            self.reshaped.emit()

    def _paint(self) -> None:
        place = self.picture_rect()
        with QPainter(self) as painter:
            self._paint_ground(painter, place)
            if not place.isEmpty():
                painter.drawImage(place, self._image)

    def _paint_ground(self, painter: QPainter, place: QRect) -> None:
        painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(place)))
        painter.fillRect(self.rect(), QColor(DARK.ground))
        painter.setClipping(False)

    def picture_rect(self) -> QRect:
        """Where the picture stands in the view: unscaled where it fits, else scaled to fit. Empty without one."""
        if self._image.isNull():
            return QRect()
        ratio = self.devicePixelRatioF()
        own = QSize(round(self._image.width() / ratio), round(self._image.height() / ratio))
        fitted = own.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        close = max(abs(fitted.width() - own.width()), abs(fitted.height() - own.height())) <= NEAR_ENOUGH
        inside = own.width() <= self.width() and own.height() <= self.height()
        size = own if close and inside else fitted
        top = 0 if self._at_top else (self.height() - size.height()) // 2
        return QRect((self.width() - size.width()) // 2, top, size.width(), size.height())

    def _count(self, picture: Picture) -> None:
        self.painted += 1
        self.last_size = (picture.frame_width, picture.frame_height)
        if self.first_painted_at is None:
            self.first_painted_at = time.monotonic()
        self.picture_painted.emit(picture.number)
