"""What every page of the officer's panel is: pieces, keys in order, and what typing does. Holds no rule."""

from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.pieces.key import KeyButton, ring_room
from kiosk.ui.pieces.piece import Piece


class Page(Piece):
    """Made when it opens and gone when it closes, so that nothing of it lingers."""

    chosen = Signal(object)  # a deed, as far as this page makes it out
    rearranged = Signal()  # other keys than before
    alphabet: ClassVar[frozenset[str]] = frozenset()  # what may be typed here
    can_go_back: ClassVar[bool] = True

    def __init__(self, parent: QWidget, title: str) -> None:
        super().__init__(parent)
        self.title = title

    @property
    def area(self) -> QRect:
        """Where keys may stand: all of the page but the room of their rings."""
        room = ring_room(self.look)
        return self.rect().adjusted(room, room, -room, -room)

    def arrange(self) -> None:
        """Put everything in its place."""

    def keys(self) -> Sequence[QAbstractButton]:
        """The keys of this page in the order of the Tab key."""
        return ()

    def first_focus(self) -> QWidget | None:
        """What has the focus when the page opens."""
        return next((key for key in self.keys() if not key.isHidden() and key.isEnabled()), None)

    def write(self, character: str) -> None:
        """Take one character of `alphabet`."""

    def rub_out(self) -> None:
        """Forget the last character."""

    def enter(self, _focused: QWidget | None) -> bool:
        """Enter was struck. True when that is dealt with here; else what has the focus is pressed."""
        return False

    def wipe(self) -> None:
        """Forget what was typed."""


def in_columns(keys: Sequence[KeyButton], area: QRect, columns: int, tall: int, gap: int) -> None:
    """Place `keys` from left to right in `columns`, each at most `tall` pixels high, all within `area`."""
    rows = -(-len(keys) // columns)
    step = min(tall + gap, (area.height() + gap) // max(1, rows))
    width = (area.width() - (columns - 1) * gap) // columns
    for number, key in enumerate(keys):
        row, column = divmod(number, columns)
        key.place(QRect(area.left() + column * (width + gap), area.top() + row * step, width, step - gap))
