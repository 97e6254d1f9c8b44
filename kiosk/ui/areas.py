"""Where things may stand on a panel: one division for all scenes, so that nothing jumps. Pure geometry."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize

from kiosk.ui.design import MARGIN, Look
from kiosk.ui.pieces.banner import HEIGHT as BANNER

TOP: Final = 56  # establishment, laptop and time
ROW: Final = 80  # keys
STATUS: Final = 32  # lockdown word and notes
ASIDE: Final = 3  # the officer's panel takes one part in so many of the width


@dataclass(frozen=True)
class Areas:
    """The parts of the panel, in pixels, from top to bottom; `row` ends where the officer's keys begin.

    `aside` is the officer's panel, empty while it is closed: `top` and `body` make room for it, the keys stay put.
    """

    panel: QRect
    top: QRect
    body: QRect
    row: QRect
    status: QRect
    aside: QRect

    @property
    def row_middle(self) -> int:
        """The height around which keys stand."""
        return self.row.top() + self.row.height() // 2


@dataclass(frozen=True)
class Needs:
    """What takes room from a scene. A `slim` top leaves a call's picture directly under the camera."""

    demo: bool
    slim: bool
    officer_width: int
    aside: bool = False


def divide(panel: QSize, look: Look, needs: Needs) -> Areas:
    """Divide a panel."""
    margin, banner = look.px(MARGIN), look.px(BANNER) if needs.demo else 0
    whole = QRect(0, 0, panel.width(), panel.height())
    width = whole.width() - (whole.width() // ASIDE if needs.aside else 0)
    if needs.slim:  # on the banner, whose words the clock must not cover, the top keeps its width
        top = QRect(0, 0, whole.width() if needs.demo else width, look.px(BANNER))
    else:
        top = QRect(0, banner, width, look.px(TOP))
    status = QRect(0, whole.height() - look.px(STATUS), whole.width(), look.px(STATUS)).adjusted(margin, 0, -margin, 0)
    row_top = status.top() - look.px(ROW)
    row = QRect(margin, row_top, whole.width() - 2 * margin - needs.officer_width, look.px(ROW))
    body = QRect(0, top.bottom() + 1, width, row_top - top.bottom() - 1)
    aside = QRect(width, banner, whole.width() - width, row_top - banner)
    return Areas(panel=whole, top=top, body=body, row=row, status=status, aside=aside)
