"""Where the two pictures stand: the family's and the prisoner's own. Pure geometry."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect

from kiosk.ui.areas import Areas
from kiosk.ui.design import Look

BAR: Final = 8  # the time bar, along the lower edge of the family's picture
OWN_WIDTH: Final = 160
OWN_HEIGHT: Final = 90


@dataclass(frozen=True)
class Places:
    """The places of both pictures, in pixels, and which of them is shown now."""

    family: QRect
    own: QRect
    family_shown: bool = False
    own_shown: bool = False


def call_places(areas: Areas, look: Look) -> Places:
    """In a call: the family over the whole width under the slim top; the own picture in its upper right corner.

    A portrait picture leaves that corner empty; a landscape one has no face in its outermost tenth.
    """
    family = areas.body.adjusted(0, 0, 0, -look.px(BAR))
    width, height = look.px(OWN_WIDTH), look.px(OWN_HEIGHT)
    return Places(family=family, own=QRect(family.right() + 1 - width, family.top(), width, height))
