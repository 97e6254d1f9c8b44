"""A small line beside the officer's keys that invites the officer to say why. Nobody must answer it."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.deeds import DeedKind
from kiosk.ipc import Key
from kiosk.ui.design import Tone
from kiosk.ui.pieces.key import KeyButton, Manner, ring_room
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.words import say

GAP: Final = 12


class ReasonAsk(Piece):
    """The question, "Give reason", and "Skip" where it can be skipped."""

    pressed = Signal(object)  # kiosk.ipc.Key
    reason_wanted = Signal(object)  # DeedKind

    def __init__(self, parent: QWidget, question: str, kind: DeedKind, *, may_skip: bool) -> None:
        super().__init__(parent)
        self._question = TextBlock(self, Style(18, tone=Tone.SOFT, most_lines=2), question)
        self.give = KeyButton(self, "give_reason", say("keys.give_reason"), "question", Manner.QUIET)
        self.skip = KeyButton(self, "skip_reason", say("keys.skip_reason"), "close", Manner.QUIET)
        self.skip.setVisible(may_skip)
        self.give.clicked.connect(lambda: self.reason_wanted.emit(kind))
        self.skip.clicked.connect(lambda: self.pressed.emit(Key.SKIP_REASON))
        self.hide()

    def keys(self) -> Sequence[QAbstractButton]:
        """Give, then skip."""
        return (self.give, self.skip)

    def place(self, row: QRect) -> None:
        """Stand at the right end of the row, next to the officer's keys."""
        room, gap, middle = ring_room(self.look), self.look.px(GAP), row.height() // 2
        self.setGeometry(row.adjusted(-room, 0, room, 0))
        edge = room + row.width()
        if not self.skip.isHidden():
            edge = self.skip.place_right(edge, middle) - gap
        edge = self.give.place_right(edge, middle) - 2 * gap
        wide = min(self._question.width_wanted(), max(0, edge - room))
        self._question.setGeometry(edge - wide, 0, wide, row.height())
