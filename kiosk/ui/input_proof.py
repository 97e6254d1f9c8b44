"""Tries the input guard for real: sends forbidden events through the application and sees whether any gets through."""

from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPoint, QPointF, Qt, QThread
from PySide6.QtGui import QCloseEvent, QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent, QShortcutEvent
from PySide6.QtWidgets import QApplication, QWidget

from kiosk.ui.safe import Tried, filters

NOWHERE: Final = QPointF(-1, -1)


class HandlerBreaks(QKeyEvent):
    """A press at which whoever looks closely raises; `broke` once somebody did."""

    broke = False

    def modifiers(self) -> Qt.KeyboardModifier:
        """Raises Tried."""
        self.broke = True
        raise Tried


class _Behind(QObject):
    """Stands behind the application's filters, where a widget would be, and notes what reaches it."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = False
        self.installEventFilter(self)

    @filters
    def eventFilter(self, _watched: Any, _event: QEvent) -> bool:  # noqa: N802 (Qt's name)
        """Note it, and let it end here."""
        self.reached = True
        return True


def _forbidden() -> dict[str, QEvent]:
    """One of every kind of event that may never reach a widget, by what it is."""
    alt, ctrl, none = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier(0)
    right, press = Qt.MouseButton.RightButton, QEvent.Type.MouseButtonPress
    return {
        "Alt+F4": QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_F4, alt),
        "the release of Alt+F4": QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_F4, alt),
        "a plain letter": QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, none, "a"),
        "Ctrl+Q before shortcuts": QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Q, ctrl),
        "the shortcut Ctrl+Q": QShortcutEvent(QKeySequence("Ctrl+Q"), 1),
        "a menu": QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint()),
        "the right button": QMouseEvent(press, NOWHERE, NOWHERE, right, right, none),
        "a press whose handler breaks": HandlerBreaks(QEvent.Type.KeyPress, Qt.Key.Key_Tab, alt),
    }


class InputProof:
    """Asked on the screen's own thread; takes well under a millisecond and changes nothing."""

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def __call__(self) -> str | None:
        """None when every forbidden event was swallowed, also by a handler that breaks; else what was not."""
        application = QCoreApplication.instance()
        if application is None or QThread.currentThread() is not application.thread():
            return "the input guard can be tried on the screen's own thread only"
        for what, event in _forbidden().items():
            behind = _Behind()
            QCoreApplication.sendEvent(behind, event)
            if behind.reached:
                return f"{what} got past the input guard"
            if isinstance(event, HandlerBreaks) and not event.broke:
                return "the input guard does not look at what is pressed"
        closing = QCloseEvent()
        QCoreApplication.sendEvent(self._window, closing)
        if closing.isAccepted():
            return "the window could be closed"
        others = [each for each in QApplication.topLevelWidgets() if each.isVisible() and each is not self._window]
        return f"there is a second window: {type(others[0]).__name__}" if others else None
