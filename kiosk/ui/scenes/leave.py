"""Leaving a call, asked once: "Leave", then "Leave the call?" with "Stay" under the finger that pressed."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ipc import Key
from kiosk.ui.pieces.key import KeyButton, Manner, ring_room
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.words import say

GAP: Final = 12


class LeaveAsk(Piece):
    """One key, or the question with two. A second press on the same spot stays in the call."""

    pressed = Signal(object)
    rearranged = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.question = TextBlock(self, Style(20, bold=True, most_lines=2), say("in_call.ask_leave"))
        self.leave = KeyButton(self, "leave", say("keys.leave"), "leave", Manner.QUIET)
        self.sure = KeyButton(self, "leave_sure", say("keys.leave_sure"), "leave", Manner.STOP_LATER)
        self.stay = KeyButton(self, "leave_stay", say("keys.leave_stay"), "video_call", Manner.PRIMARY)
        self._ask(asked=False)
        self.leave.clicked.connect(lambda: self._ask(asked=True))
        self.stay.clicked.connect(lambda: self._ask(asked=False))
        self.sure.clicked.connect(lambda: self.pressed.emit(Key.LEAVE))

    def keys(self) -> Sequence[QAbstractButton]:
        """All keys, in order; only those that are shown can have the focus."""
        return (self.leave, self.sure, self.stay)

    def _ask(self, *, asked: bool) -> None:
        """Ask, or take the question back; the focus goes to the key that changes nothing."""
        with_focus = self.window().focusWidget() in self.keys()
        for piece in (self.question, self.sure, self.stay):
            piece.setVisible(asked)
        self.leave.setVisible(not asked)
        if with_focus:
            (self.stay if asked else self.leave).setFocus()
        self.rearranged.emit()

    def width_wanted(self) -> int:
        """How wide this is now, in pixels."""
        if not self.leave.isHidden():
            return self.leave.width_wanted()
        gap = self.look.px(GAP)
        return self.question.width_wanted() + self.sure.width_wanted() + self.stay.width_wanted() + 2 * gap

    def place(self, area: QRect) -> None:
        """Stand in `area`, keys at its right end."""
        room, gap, middle = ring_room(self.look), self.look.px(GAP), area.height() // 2
        self.setGeometry(area.adjusted(0, 0, room, 0))
        self.leave.place_right(area.width(), middle)
        edge = self.stay.place_right(area.width(), middle) - gap
        edge = self.sure.place_right(edge, middle) - gap
        self.question.setGeometry(0, 0, max(0, edge), area.height())
