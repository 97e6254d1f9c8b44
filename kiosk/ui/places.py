"""Where the two pictures stand: the family's and the prisoner's own. Pure geometry."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect

from kiosk.ui.areas import Areas
from kiosk.ui.design import Look
from kiosk.ui.pieces.voice import TALL as VOICE_TALL

BAR: Final = 8  # the time bar, along the lower edge of the family's picture
OWN_WIDTH: Final = 160
OWN_HEIGHT: Final = 90
OWN_GAP: Final = 12


@dataclass(frozen=True)
class Places:
    """The places of both pictures, in pixels, and which of them is shown now."""

    family: QRect
    own: QRect
    family_shown: bool = False
    own_shown: bool = False
    voice: QRect | None = None  # of the meter, where it stands without the own picture

    def voice_place(self, look: Look) -> QRect | None:
        """Where the meter of the own voice stands: as a foot under the own picture; None where it is not shown."""
        if self.voice is not None or not self.own_shown:
            return self.voice
        return QRect(self.own.left(), self.own.bottom() + 1, self.own.width(), look.px(VOICE_TALL))


def call_places(areas: Areas, look: Look) -> Places:
    """In a call: the family over the whole width under the slim top; the own picture in its upper right corner."""
    family = areas.body.adjusted(0, 0, 0, -look.px(BAR))
    width, height = look.px(OWN_WIDTH), look.px(OWN_HEIGHT)
    return Places(family=family, own=QRect(family.right() + 1 - width, family.top(), width, height))


def beside(places: Places, picture: QRect, look: Look) -> QRect:
    """The own picture's place when the family's picture stands at `picture`, within its view.

    As near to the camera as it can be without covering anybody: right beside a narrow picture; over the outermost
    corner of a wide one, where no face is.
    """
    if picture.isEmpty():
        return places.own
    left = places.family.left() + picture.right() + 1 + look.px(OWN_GAP)
    return QRect(min(left, places.own.left()), places.own.top(), places.own.width(), places.own.height())
