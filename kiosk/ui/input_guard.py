"""Everything that comes in by keys and pointers passes here first; what is not known is swallowed, errors too."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent

from kiosk.ui.safe import filters


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

KEYBOARD: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.KeyRelease,
        QEvent.Type.Shortcut,
        QEvent.Type.ShortcutOverride,
        QEvent.Type.InputMethod,
    }
)
POINTER: Final = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease, QEvent.Type.MouseButtonDblClick}
)
NEVER: Final = frozenset(
    {
        QEvent.Type.ContextMenu,
        QEvent.Type.DragEnter,
        QEvent.Type.DragMove,
        QEvent.Type.Drop,
        QEvent.Type.Gesture,
        QEvent.Type.NativeGesture,
        QEvent.Type.NonClientAreaMouseButtonDblClick,
        QEvent.Type.NonClientAreaMouseButtonPress,
        QEvent.Type.ToolTip,
        QEvent.Type.WhatsThis,
        QEvent.Type.Wheel,
    }
)
LOOKED_AT: Final = KEYBOARD | POINTER | NEVER


def meaning(event: QKeyEvent) -> Meaning:
    """What a press means; with any modifier but Shift+Tab it means nothing.

    On a number pad without Num Lock the 1 is an End: an officer who types a PIN there must not end the call.
    """
    bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    on_number_pad = bare != event.modifiers()
    if bare == Qt.KeyboardModifier.ShiftModifier and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        return Meaning.PREVIOUS
    if bare != Qt.KeyboardModifier.NoModifier:
        return Meaning.NOTHING
    found = MEANINGS.get(event.key(), Meaning.NOTHING)
    if (on_number_pad and found in AT_ONCE) or (event.isAutoRepeat() and found in ONCE):
        return Meaning.NOTHING
    return found


def character(event: QKeyEvent, alphabet: frozenset[str]) -> str:
    """The character of `alphabet` that a press types, or "" when it types none. A key held down types once."""
    if event.isAutoRepeat() or event.modifiers() & ~MAY_SHIFT:
        return ""
    return event.text() if event.text() in alphabet else ""


class InputGuard(QObject):
    """An event filter for the whole application. No key ever reaches a widget: the guard says what it meant.

    `alphabet` is what may be typed now: empty unless an officer is asked for a number, a PIN or a note.
    """

    meant = Signal(object)  # Meaning, never NOTHING
    typed = Signal(str)  # one character of `alphabet`

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.alphabet: frozenset[str] = frozenset()

    @filters
    def eventFilter(self, _watched: Any, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """True swallows the event."""
        kind = event.type()
        if kind not in LOOKED_AT:
            return False
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            self._tell(event)
        if isinstance(event, QMouseEvent):
            return event.button() != Qt.MouseButton.LeftButton
        return True

    def _tell(self, event: QKeyEvent) -> None:
        """Say what a press meant; End and Hold mean it whatever is being typed."""
        found = meaning(event)
        typed = "" if found in AT_ONCE else character(event, self.alphabet)
        if typed:
            self.typed.emit(typed)
        elif found is not Meaning.NOTHING:
            self.meant.emit(found)
