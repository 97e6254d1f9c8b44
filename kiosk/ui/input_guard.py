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
    END = "end"
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
        Qt.Key.Key_End: Meaning.END,
    }
)
ONCE: Final = frozenset({Meaning.PRESS, Meaning.END})  # a key held down counts once

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
    """What a press means; with any modifier but Shift+Tab it means nothing."""
    bare = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if bare == Qt.KeyboardModifier.ShiftModifier and event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
        return Meaning.PREVIOUS
    if bare != Qt.KeyboardModifier.NoModifier:
        return Meaning.NOTHING
    found = MEANINGS.get(event.key(), Meaning.NOTHING)
    return Meaning.NOTHING if event.isAutoRepeat() and found in ONCE else found


class InputGuard(QObject):
    """An event filter for the whole application. No key ever reaches a widget: the guard says what it meant."""

    meant = Signal(object)  # Meaning, never NOTHING

    @filters
    def eventFilter(self, _watched: Any, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """True swallows the event."""
        kind = event.type()
        if kind not in LOOKED_AT:
            return False
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            found = meaning(event)
            if found is not Meaning.NOTHING:
                self.meant.emit(found)
        if isinstance(event, QMouseEvent):
            return event.button() != Qt.MouseButton.LeftButton
        return True
