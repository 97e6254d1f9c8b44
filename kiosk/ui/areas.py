"""Where things may stand on a panel: one division for all scenes, so that nothing jumps. Pure geometry."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect, QSize

from kiosk.ui.design import MARGIN, Look
from kiosk.ui.pieces.banner import HEIGHT as BANNER

TOP: Final = 56  # establishment, laptop and time
ROW: Final = 80  # keys
STATUS: Final = 32  # lockdown word and notes


@dataclass(frozen=True)
class Areas:
    """The parts of the panel, in pixels, from top to bottom; `row` ends where the officer's keys begin."""

    panel: QRect
    top: QRect
    body: QRect
    row: QRect
    status: QRect

    @property
    def row_middle(self) -> int:
        """The height around which keys stand."""
        return self.row.top() + self.row.height() // 2


def divide(panel: QSize, look: Look, *, demo: bool, slim: bool, officer_width: int) -> Areas:
    """Divide a panel. A `slim` top leaves a call's picture directly under the camera."""
    margin, banner, whole = look.px(MARGIN), look.px(BANNER) if demo else 0, QRect(0, 0, panel.width(), panel.height())
    top = QRect(0, 0, whole.width(), look.px(BANNER)) if slim else QRect(0, banner, whole.width(), look.px(TOP))
    status = QRect(0, whole.height() - look.px(STATUS), whole.width(), look.px(STATUS)).adjusted(margin, 0, -margin, 0)
    row_top = status.top() - look.px(ROW)
    row = QRect(margin, row_top, whole.width() - 2 * margin - officer_width, look.px(ROW))
    body = QRect(0, top.bottom() + 1, whole.width(), row_top - top.bottom() - 1)
    return Areas(panel=whole, top=top, body=body, row=row, status=status)
