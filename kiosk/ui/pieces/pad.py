"""Keys on the screen for typing by mouse: letters or digits in one grid. Reports characters; keeps none."""

from collections.abc import Mapping, Sequence
from enum import Enum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QRect, Signal
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.ui.design import TARGET
from kiosk.ui.pieces.key import KeyButton, Manner, ring_room, with_ring
from kiosk.ui.pieces.piece import Piece
from kiosk.ui.words import say

GAP: Final = 6
WIDE: Final = 24  # the type of a character's key
NAMES: Final = MappingProxyType({".": "dot", ",": "comma", "?": "question", "'": "quote", "-": "dash", "/": "slash"})
ICONS: Final = MappingProxyType({"erase": "erase", "ok": "tick", "space": "space"})
LETTERS: Final = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


class Face(Enum):
    """Which characters the pad shows."""

    LETTERS = "letters"  # of a staff number; the digits are one key away
    NUMBERS = "numbers"  # of a staff number; the letters are one key away
    PIN = "pin"
    NOTE_LETTERS = "note_letters"
    NOTE_NUMBERS = "note_numbers"


ROWS: Final[Mapping[Face, tuple[int, tuple[str, ...]]]] = MappingProxyType(  # columns, keys
    {
        Face.LETTERS: (5, (*LETTERS, "digits", "erase", "ok")),
        Face.NUMBERS: (3, (*"123456789", "letters", "0", "erase", "ok")),
        Face.PIN: (3, (*"123456789", "erase", "0", "ok")),
        Face.NOTE_LETTERS: (5, (*LETTERS, "digits", "space", "erase", "ok")),
        Face.NOTE_NUMBERS: (5, (*"1234567890", *".,?'-/", "letters", "space", "erase", "ok")),
    }
)
WITH_WORD: Final = (Face.LETTERS, Face.NUMBERS, Face.PIN)  # OK is wide enough there for its word
TURNS: Final = MappingProxyType(
    {
        (Face.LETTERS, "digits"): Face.NUMBERS,
        (Face.NUMBERS, "letters"): Face.LETTERS,
        (Face.NOTE_LETTERS, "digits"): Face.NOTE_NUMBERS,
        (Face.NOTE_NUMBERS, "letters"): Face.NOTE_LETTERS,
    }
)


class PadKey(KeyButton):
    """A key of the pad."""

    size_u = WIDE

    def width_wanted(self) -> int:
        """The least a finger needs; no word of the pad is wider."""
        return self.look.px(TARGET)


class Pad(Piece):
    """The pad shows one face at a time. Keys are called "pad_q", "pad_7", "pad_erase", "pad_ok" and so on."""

    struck = Signal(str)  # a character
    erased = Signal()
    accepted = Signal()
    rearranged = Signal()

    def __init__(self, parent: QWidget, face: Face) -> None:
        super().__init__(parent)
        self._face, self._turned = face, False
        self._keys: dict[str, KeyButton] = {}
        for other in Face:
            for name in ROWS[other][1] if _kin(face, other) else ():
                if name not in self._keys:
                    self._keys[name] = self._key(name)
        self.turn(face)

    def _key(self, name: str) -> KeyButton:
        manner = Manner.PRIMARY if name == "ok" else Manner.QUIET
        word, icon = name if len(name) == 1 else say(f"keypad.{name}"), ICONS.get(name, "")
        key = PadKey(self, f"pad_{NAMES.get(name, name).lower()}", "" if icon else word, icon, manner)
        key.setAccessibleName(word)
        key.clicked.connect(lambda: self._press(name))
        return key

    def _press(self, name: str) -> None:
        if name == "erase":
            self.erased.emit()
        elif name == "ok":
            self.accepted.emit()
        elif (self._face, name) in TURNS:
            self.turn(TURNS[self._face, name])
        else:
            self.struck.emit(" " if name == "space" else name)

    def turn(self, face: Face) -> None:
        """Show another face."""
        if face is self._face and self._turned:
            return
        self._face, self._turned = face, True
        for name, key in self._keys.items():
            key.setVisible(name in ROWS[face][1])
        self._keys["ok"].setText(say("keypad.ok") if face in WITH_WORD else "")
        self.arrange()
        self.rearranged.emit()

    def let_accept(self, *, allowed: bool) -> None:
        """Whether OK can be pressed."""
        self._keys["ok"].setEnabled(allowed)

    def place(self, area: QRect) -> None:
        """Stand in `area`; the rings of the outer keys go outside it."""
        self.setGeometry(with_ring(area, self.look))
        self.arrange()

    def arrange(self) -> None:
        """A grid over the whole width; what is left in the last row goes to OK."""
        columns, names = ROWS[self._face]
        room, gap, width = ring_room(self.look), self.look.px(GAP), self.width() - 2 * ring_room(self.look)
        rows = -(-len(names) // columns)
        step = min(self.look.px(80), (self.height() - 2 * room + gap) // rows)
        across = (width - (columns - 1) * gap) // columns
        for number, name in enumerate(names):
            row, column = divmod(number, columns)
            left = column * (across + gap)
            wide = width - left if number == len(names) - 1 else across
            self._keys[name].place(QRect(room + left, room + row * step, wide, step - gap))

    def keys(self) -> Sequence[QAbstractButton]:
        """The keys of the face, in order."""
        return [self._keys[name] for name in ROWS[self._face][1]]


def _kin(face: Face, other: Face) -> bool:
    """Whether a pad that begins with `face` may come to show `other`."""
    note = (Face.NOTE_LETTERS, Face.NOTE_NUMBERS)
    return (face in note) == (other in note)
