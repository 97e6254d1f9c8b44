"""Everything that comes in by keys and pointers passes here first; what is not known is swallowed, errors too."""

import time
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWindow
from PySide6.QtWidgets import QAbstractButton

from kiosk.ui.key_meanings import AT_ONCE, MEANINGS, Meaning, character, meaning
from kiosk.ui.pace import Pace
from kiosk.ui.safe import filters

REPORT_EVERY_MS: Final = 1000
PRESSES_A_SECOND: Final = 12.0  # nobody presses or types faster for long
PRESSES_AT_ONCE: Final = 16
ENDS_A_SECOND: Final = 4.0  # of End, and of Hold: the second of two within a moment says nothing new
ENDS_AT_ONCE: Final = 4
TYPING_NEEDS: Final = frozenset({Qt.Key.Key_Shift, Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock})

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


class InputGuard(QObject):
    """An event filter for the whole application. No key ever reaches a widget: the guard says what it meant.

    `alphabet` is what may be typed now: empty unless an officer is asked for a number, a PIN or a note.
    `allowed` is what a press may mean now; End and Hold always may. What comes faster than a person presses is
    swallowed before anything is drawn for it, so that a flood delays nothing; End and Hold have a pace of their own,
    and so has the pointer. `always` are the keys on the screen that no flood of clicks may keep from being pressed.
    """

    meant = Signal(object)  # Meaning, never NOTHING
    typed = Signal(str)  # one character of `alphabet`
    swallowed = Signal(int)  # presses since the last report, at most once a second

    def __init__(self, parent: QObject, seconds: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self.alphabet: frozenset[str] = frozenset()
        self.allowed: frozenset[Meaning] = AT_ONCE
        self.always: tuple[QObject, ...] = ()
        self._paces = {found: Pace(ENDS_A_SECOND, ENDS_AT_ONCE, seconds) for found in AT_ONCE}
        self._keys = Pace(PRESSES_A_SECOND, PRESSES_AT_ONCE, seconds)
        self._pointer = Pace(PRESSES_A_SECOND, PRESSES_AT_ONCE, seconds)
        self._count = 0
        self._report = QTimer(self, interval=REPORT_EVERY_MS, singleShot=True)
        self._report.timeout.connect(self._say_count)

    @property
    def is_reporting(self) -> bool:
        """Whether something was swallowed that is not reported yet."""
        return self._report.isActive()

    @filters
    def eventFilter(self, watched: Any, event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """True swallows the event."""
        kind = event.type()
        if kind not in LOOKED_AT:
            return False
        if isinstance(event, QKeyEvent) and kind == QEvent.Type.KeyPress:
            self._key_pressed(event)
        if isinstance(event, QMouseEvent):
            return self._keeps(watched, event)
        return True

    def _key_pressed(self, event: QKeyEvent) -> None:
        """Say what a press meant; End and Hold mean it whatever is being typed."""
        if not self.alphabet and event.key() not in MEANINGS:
            if not event.isAutoRepeat():
                self._swallow(event)
            return  # before anything else is asked: in a flood this is nearly all of it
        found = meaning(event)
        if not event.spontaneous():
            return  # our own process made it up, as a proof does: it is nobody's, and must not be typed for anybody
        typed = "" if found in AT_ONCE else character(event, self.alphabet)
        pace = self._paces.get(found, self._keys)
        if typed and pace.allows():
            self.typed.emit(typed)
        elif not typed and found in self.allowed | AT_ONCE and pace.allows():
            self.meant.emit(found)
        elif not (event.isAutoRepeat() or (self.alphabet and event.key() in TYPING_NEEDS)):
            self._swallow(event)

    def _keeps(self, watched: Any, event: QMouseEvent) -> bool:
        """Whether a press or release of a button goes no further: only the left one does, at a person's pace.

        An event passes here twice, on its way to the window and to the widget in it.
        """
        pressed = event.type() != QEvent.Type.MouseButtonRelease
        if event.button() != Qt.MouseButton.LeftButton:
            if pressed and isinstance(watched, QWindow):
                self._swallow(event)
            return True
        if not pressed or not isinstance(watched, QAbstractButton) or any(watched is key for key in self.always):
            return False
        if self._pointer.allows():
            return False
        self._swallow(event)
        return True

    def _swallow(self, event: QEvent) -> None:
        """Count a press that came to nothing; one that our own process made up, as a proof does, is none."""
        if not event.spontaneous():
            return
        self._count += 1
        if not self._report.isActive():
            self._report.start()

    def _say_count(self) -> None:
        count, self._count = self._count, 0
        self.swallowed.emit(count)
