"""The look: colours, type and spacing, as in the design of the screens. Pure values; draws nothing."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont

FAMILY: Final = "Andika"
DESIGN_HEIGHT: Final = 768  # one unit `u` is a pixel of a 1366x768 panel
DESIGN_WIDTH: Final = 1228  # the narrowest panel in use, 1280x800, measured in u

MARGIN: Final = 32
RADIUS: Final = 10
TARGET: Final = 64
RING: Final = 4  # the focus ring, drawn RING_GAP outside what has the focus
RING_GAP: Final = 2


class Tone(StrEnum):
    """What a colour means; the palette of the scene says which colour that is."""

    INK = "ink"
    SOFT = "soft"
    ACCENT = "accent"
    WARNING = "warning"
    STOP = "stop"


@dataclass(frozen=True)
class Palette:
    """Colours on one ground. Every tone reads at 4.5:1 or better on `ground` and on `raised` (tested)."""

    ground: str
    raised: str  # cards and keys
    edge: str  # outlines of keys, 3:1 or better
    line: str  # quiet divisions
    ink: str
    soft: str
    accent: str
    on_accent: str
    stop_key: str  # the ground of the key that ends a call
    on_stop_key: str
    warning: str
    stop: str

    def tone(self, tone: Tone) -> QColor:
        """The colour of `tone`."""
        return QColor(getattr(self, tone.value))


LIGHT: Final = Palette(
    ground="#F6F4EF",
    raised="#FFFFFF",
    edge="#6A7781",
    line="#DAD5C9",
    ink="#12202B",
    soft="#4B5A66",
    accent="#00695C",
    on_accent="#FFFFFF",
    stop_key="#B3261E",
    on_stop_key="#FFFFFF",
    warning="#AB4E08",
    stop="#B3261E",
)
DARK: Final = Palette(
    ground="#0B1F2A",
    raised="#15303D",
    edge="#7D94A1",
    line="#24414F",
    ink="#C9D6DC",
    soft="#A3B5BF",
    accent="#5FD3BC",
    on_accent="#12202B",
    stop_key="#9E2018",
    on_stop_key="#FFFFFF",
    warning="#FFB454",
    stop="#FF8A7A",
)


def unit(size: QSize) -> float:
    """How many pixels one design unit is on a panel of `size`; a narrow panel shrinks everything alike."""
    return min(size.height() / DESIGN_HEIGHT, size.width() / DESIGN_WIDTH)


@dataclass(frozen=True)
class Look:
    """A palette and a unit: all a piece needs to know to draw itself."""

    palette: Palette = LIGHT
    u: float = 1.0

    def px(self, units: float) -> int:
        """`units` in pixels, rounded."""
        return round(units * self.u)

    def font(self, units: float, *, bold: bool = False) -> QFont:
        """The one font, `units` high. Its figures have equal widths as they come."""
        font = QFont(FAMILY)
        font.setPixelSize(max(1, self.px(units)))
        font.setBold(bold)
        return font
