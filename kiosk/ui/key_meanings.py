"""What a press on the keyboard means, and which characters may be typed where. Pure tables; decides nothing else."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent


class Meaning(Enum):
    """What a press on the keyboard may mean."""

    NEXT = "next"
    PREVIOUS = "previous"
    PRESS = "press"
    BACK = "back"
    ERASE = "erase"
    END = "end"
    HOLD = "hold"
    NOTHING = "nothing"


MEANINGS: Final[Mapping[int, Meaning]] = MappingProxyType(
    {
        Qt.Key.Key_Tab: Meaning.NEXT,
        Qt.Key.Key_Down: Meaning.NEXT,
        Qt.Key.Key_Right: Meaning.NEXT,
        Qt.Key.Key_Backtab: Meaning.PREVIOUS,
        Qt.Key.Key_Up: Meaning.PREVIOUS,
        Qt.Key.Key_Left: Meaning.PREVIOUS,
        Qt.Key.Key_Space: Meaning.PRESS,
        Qt.Key.Key_Return: Meaning.PRESS,
        Qt.Key.Key_Enter: Meaning.PRESS,
        Qt.Key.Key_Escape: Meaning.BACK,
        Qt.Key.Key_Backspace: Meaning.ERASE,
        Qt.Key.Key_End: Meaning.END,
        Qt.Key.Key_Pause: Meaning.HOLD,
    }
)
ONCE: Final = frozenset({Meaning.PRESS, Meaning.BACK, Meaning.END, Meaning.HOLD})  # a key held down counts once

AT_ONCE: Final = frozenset({Meaning.END, Meaning.HOLD})  # whatever is being typed

LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
DIGITS: Final = frozenset("0123456789")
CREDENTIAL: Final = LETTERS | DIGITS
NOTE: Final = LETTERS | DIGITS | frozenset(" .,:;'!?()/&+-")
MAY_SHIFT: Final = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier


def meaning(event: QKeyEvent) -> Meaning:
    """What a press means; with any modifier but Shift+Tab it means nothing, save End and Hold.

    They mean it whatever else is held down: nobody may keep an officer from ending a call by leaning on Ctrl.
    On a number pad without Num Lock the 1 is an End: an officer who types a PIN there must not end the call.
    """
    bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    on_number_pad = bare != event.modifiers()
    found = MEANINGS.get(event.key(), Meaning.NOTHING)
    if found in AT_ONCE:
        return Meaning.NOTHING if on_number_pad or event.isAutoRepeat() else found
    if bare == Qt.KeyboardModifier.ShiftModifier and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        return Meaning.PREVIOUS
    if bare != Qt.KeyboardModifier.NoModifier:
        return Meaning.NOTHING
    return Meaning.NOTHING if event.isAutoRepeat() and found in ONCE else found


def character(event: QKeyEvent, alphabet: frozenset[str]) -> str:
    """The character of `alphabet` that a press types, or "" when it types none. A key held down types once."""
    if event.isAutoRepeat() or event.modifiers() & ~MAY_SHIFT:
        return ""
    return event.text() if event.text() in alphabet else ""
