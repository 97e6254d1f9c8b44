"""The officer's keys, apart from everything else, on every scene of a call. Reports; ends nothing itself."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from kiosk.ipc import Key
from kiosk.ui.areas import Areas
from kiosk.ui.design import MARGIN
from kiosk.ui.pieces.key import KeyButton, Manner
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.safe import swallows
from kiosk.ui.words import say


class OfficerKeys(Piece):
    """The officer's keys: ending needs no credential, in any state of a call."""

    pressed = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.now = KeyButton(self, "end_now", say("keys.end_now"), "stop", Manner.STOP)
        self.soon = KeyButton(self, "end_in_60", say("keys.end_in_60"), "clock", Manner.STOP_LATER)
        self.now.clicked.connect(lambda: self.pressed.emit(Key.END_NOW))
        self.soon.clicked.connect(lambda: self.pressed.emit(Key.END_IN_60))

    def offer_later(self, *, offered: bool) -> None:
        """Whether there is a call that could be ended in a while; before one, only now makes sense."""
        self.soon.setVisible(offered)

    def width_wanted(self) -> int:
        """How much of the row the keys take, with the space that keeps them apart from the prisoner's."""
        if self.isHidden():
            return 0
        later = 0 if self.soon.isHidden() else self.soon.width_wanted() + self.look.px(12)
        return self.now.width_wanted() + later + self.look.px(48)

    def place(self, areas: Areas) -> None:
        """Stand at the right end of the row."""
        right = areas.panel.right() + 1 - self.look.px(MARGIN)
        left, reach = areas.row.right() + 1, self.look.px(12)  # the reach gives the focus rings their room
        self.setGeometry(left, areas.row.top(), right - left + reach, areas.row.height())
        start = right - left
        if not self.soon.isHidden():
            start = self.soon.place_right(start, self.height() // 2) - self.look.px(12)
        self.now.place_right(start, self.height() // 2)

    @swallows
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 (Qt's name)
        """Draw the line that keeps these keys apart."""
        with QPainter(self) as painter:
            inset = self.look.px(12)
            painter.fillRect(
                self.look.px(22), inset, self.look.px(2), self.height() - 2 * inset, QColor(self.look.palette.line)
            )
