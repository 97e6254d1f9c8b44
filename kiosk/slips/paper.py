"""One PDF in memory, drawn on in millimetres: plain text fitted into boxes, and pictures. It writes no file."""

from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QTextOption

from kiosk.ui.design import FAMILY
from kiosk.ui.plain import plain

DOTS: Final = 300  # an inch
MM: Final = DOTS / 25.4
POINT: Final = DOTS / 72
INK: Final = "#000000"
SOFT: Final = "#505a5f"


@dataclass(frozen=True)
class Box:
    """A place on the page, in millimetres from its upper left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def dots(self) -> QRectF:
        """The same, as it is drawn."""
        return QRectF(self.left * MM, self.top * MM, self.width * MM, self.height * MM)


@dataclass(frozen=True)
class Type:
    """How a text is set: as large as fits, between two sizes in points."""

    largest: float
    smallest: float
    bold: bool = False
    colour: str = INK


class Paper:
    """A document of pages of one size. Needs a QGuiApplication and the font loaded."""

    def __init__(self, title: str, size: QPageSize.PageSizeId, orientation: QPageLayout.Orientation) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setTitle(title)
        self._writer.setCreator("visit laptop")
        self._writer.setResolution(DOTS)
        self._writer.setPageLayout(QPageLayout(QPageSize(size), orientation, QMarginsF()))
        self._painter = QPainter()

    def __enter__(self) -> Self:
        self._painter.begin(self._writer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._painter.end()

    @property
    def content(self) -> bytes:
        """The whole document, once it is closed."""
        return bytes(self._buffer.data().data())

    def new_page(self) -> None:
        """Go on with an empty page."""
        self._writer.newPage()

    def write(self, untrusted: str, box: Box, type_: Type) -> None:
        """Plain text in the box, smaller if it must be, and cut with an ellipsis rather than overrunning."""
        text, option = plain(untrusted), QTextOption(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        size = type_.largest
        while not self._fits(text, box, option, type_, size) and size > type_.smallest:
            size = max(type_.smallest, size - 1)
        shown = self._cut(text, box, option, type_) if size == type_.smallest else text
        self._painter.setPen(QPen(QColor(type_.colour)))
        self._painter.setFont(_font(type_, size))
        self._painter.drawText(box.dots, shown, option)

    def _cut(self, text: str, box: Box, option: QTextOption, type_: Type) -> str:
        """As much as fits at the smallest size: the whole, if that does."""
        if self._fits(text, box, option, type_, type_.smallest):
            return text
        few, many = 0, len(text)
        while few + 1 < many:
            middle = (few + many) // 2
            if self._fits(f"{text[:middle]}…", box, option, type_, type_.smallest):
                few = middle
            else:
                many = middle
        return f"{text[:few].rstrip()}…"

    def _fits(self, text: str, box: Box, option: QTextOption, type_: Type, size: float) -> bool:
        self._painter.setFont(_font(type_, size))
        needed = self._painter.boundingRect(QRectF(0, 0, box.width * MM, 1e6), text, option)
        return needed.height() <= box.height * MM and needed.width() <= box.width * MM + 1

    def picture(self, image: QImage, box: Box) -> None:
        """The picture in the middle of the box, whole."""
        size = image.size().scaled(int(box.width * MM), int(box.height * MM), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(0, 0, size.width(), size.height())
        place.moveCenter(box.dots.center())
        self._painter.drawImage(place, image)

    def frame(self, box: Box) -> None:
        """A thin line around the box."""
        self._painter.setPen(QPen(QColor(SOFT), 0.2 * MM))
        self._painter.drawRect(box.dots)

    def rule(self, left: float, top: float, width: float) -> None:
        """A thin line across."""
        self._painter.setPen(QPen(QColor(SOFT), 0.2 * MM))
        self._painter.drawLine(round(left * MM), round(top * MM), round((left + width) * MM), round(top * MM))


def _font(type_: Type, size: float) -> QFont:
    font = QFont(FAMILY)
    font.setPixelSize(max(1, round(size * POINT)))
    font.setBold(type_.bold)
    font.setFeature(QFont.Tag("liga"), 0)  # whoever copies or reads aloud a PDF loses the letters in a ligature
    return font
