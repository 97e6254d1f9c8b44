"""Icons: drawn from the SVG assets in any colour, so that no meaning is carried by colour alone."""

import functools

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget

import assets
from kiosk.ui.design import Tone
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.safe import swallows


@functools.lru_cache(maxsize=128)
def _art(name: str, colour: str) -> QSvgRenderer:
    svg = assets.text(f"icons/{name}.svg").replace("currentColor", colour)
    return QSvgRenderer(svg.encode())


def draw_icon(painter: QPainter, name: str, where: QRectF, colour: QColor) -> None:
    """Draw the icon `name` into the square `where`. Raises FileNotFoundError for an unknown icon."""
    _art(name, colour.name()).render(painter, where)


class Icon(Piece):
    """One icon of a given size in design units, in the middle of its place."""

    def __init__(self, parent: QWidget, name: str, size: float = 24, tone: Tone = Tone.INK) -> None:
        super().__init__(parent)
        self.name, self.size_u, self.tone = name, size, tone
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def turn_into(self, name: str, tone: Tone) -> None:
        """Show another icon."""
        if (name, tone) != (self.name, self.tone):
            self.name, self.tone = name, tone
            self.update()

    def height_for(self, _width: int) -> int:
        """As high as the icon."""
        return self.look.px(self.size_u)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the icon."""
        side = self.look.px(self.size_u)
        where = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        with QPainter(self) as painter:
            draw_icon(painter, self.name, where, self.look.palette.tone(self.tone))
