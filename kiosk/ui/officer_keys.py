"""The officer's keys, apart from everything else, on every scene. Reports; ends, holds and opens nothing itself."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ipc import Key
from kiosk.scenes import Frame
from kiosk.ui.areas import Areas
from kiosk.ui.design import MARGIN
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.safe import swallows
from kiosk.ui.words import say


class OfficerKeys(Piece):
    """End, Hold and the shield. End and Hold need no credential and can be pressed in any state, also when dim."""

    pressed = Signal(object)  # kiosk.ipc.Key
    panel_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.end = KeyButton(self, "end_now", say("keys.end_now"), "stop", Manner.STOP)
        self.hold = KeyButton(self, "hold", say("keys.hold"), "pause", Manner.QUIET)
        self.shield = KeyButton(self, "officer_panel", "", "shield", Manner.QUIET)
        self.shield.setAccessibleName(say("keys.officer_panel"))
        self.end.clicked.connect(lambda: self.pressed.emit(Key.END_NOW))
        self.hold.clicked.connect(lambda: self.pressed.emit(Key.HOLD))
        self.shield.clicked.connect(self.panel_wanted)

    def draw(self, frame: Frame) -> None:
        """Show what pressing would do something now; a dim key may be pressed all the same."""
        self.end.dim(dimmed=not frame.can_end)
        self.hold.dim(dimmed=not frame.can_hold)

    def keys(self) -> tuple[KeyButton, ...]:
        """The keys, from left to right."""
        return (self.end, self.hold, self.shield)

    def width_wanted(self) -> int:
        """How much of the row the keys take, with the space that keeps them apart from the prisoner's."""
        gaps = 2 * self.look.px(12) + self.look.px(48)
        return sum(key.width_wanted() for key in self.keys()) + gaps

    def place(self, areas: Areas) -> None:
        """Stand at the right end of the row."""
        right = areas.panel.right() + 1 - self.look.px(MARGIN)
        left, reach = areas.row.right() + 1, self.look.px(12)  # the reach gives the focus rings their room
        self.setGeometry(left, areas.row.top(), right - left + reach, areas.row.height())
        start = right - left
        for key in reversed(self.keys()):
            start = key.place_right(start, self.height() // 2) - self.look.px(12)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the line that keeps these keys apart."""
        with QPainter(self) as painter:
            inset = self.look.px(12)
            painter.fillRect(
                self.look.px(22), inset, self.look.px(2), self.height() - 2 * inset, QColor(self.look.palette.line)
            )
