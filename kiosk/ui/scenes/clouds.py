"""A still blur of colour for a call that is held: six soft patches at most, in which nobody can be made out."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QColor, QImage, QPainter, QRadialGradient

# Colour, place and reach as fractions of the panel; dark enough for the words (tested).
CLOUDS: Final = (
    ("#1F4F5C", 0.22, 0.30, 0.55),
    ("#4A3B52", 0.78, 0.24, 0.50),
    ("#5A4334", 0.62, 0.80, 0.48),
    ("#1E4A45", 0.15, 0.85, 0.45),
)
REACH: Final = 0.42  # of a patch
BRIGHTEST: Final = 0.29  # HSV value; white text and the warning tone can be read on any such colour (tested)


Cloud = tuple[str, float, float, float]


def clouds_of(colours: QImage) -> tuple[Cloud, ...]:
    """A cloud for each patch of a picture, where it was, dark enough for words."""
    wide, high = colours.width(), colours.height()
    return tuple(
        (dim(colours.pixelColor(x, y)).name(), (x + 0.5) / wide, (y + 0.5) / high, REACH)
        for y in range(high)
        for x in range(wide)
    )


def dim(colour: QColor) -> QColor:
    """The same hue, dark enough."""
    return QColor.fromHsvF(max(0.0, colour.hueF()), colour.saturationF(), min(BRIGHTEST, colour.valueF()))


def paint_clouds(painter: QPainter, place: QRect, clouds: Sequence[Cloud]) -> None:
    """Paint `clouds` over `place`, each fading into the others and the ground."""
    for colour, x, y, reach in clouds:
        gradient = QRadialGradient(QPointF(x * place.width(), y * place.height()), reach * place.width())
        clear = QColor(colour)
        clear.setAlpha(0)
        gradient.setColorAt(0, QColor(colour))
        gradient.setColorAt(1, clear)
        painter.fillRect(place, gradient)
