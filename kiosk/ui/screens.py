"""Watches which screens there are, and keeps the window on the built-in panel. It reports; it decides nothing."""

import re
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QObject, QPoint, QRect, QSize, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QWidget

BUILT_IN: Final = re.compile(r"^(eDP|LVDS|DSI)", re.IGNORECASE)  # how DRM names the connector of a laptop's panel
SETTLE_MS: Final = 0  # a screen that comes or goes does so in several events


def built_in(names: Sequence[str]) -> int | None:
    """Which of the screens is the laptop's own panel: the one whose connector says so; None: none does."""
    return next((number for number, name in enumerate(names) if BUILT_IN.match(name)), None)


class Screens(QObject):
    """Reports `changed` with the names of all screens, once at `begin` and whenever one comes or goes."""

    changed = Signal(tuple)  # names; of no screen at all, none
    moved = Signal()  # the window was placed anew, or what it may draw on has changed

    def __init__(self, window: QWidget, application: QGuiApplication) -> None:
        super().__init__(window)
        self._window, self._application = window, application
        self._full_screen = False
        self._has_panel = False  # a connector has said that it is the laptop's own; no other will do from then on
        self._told: tuple[str, ...] | None = None
        self._settled = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settled.timeout.connect(self._look)
        application.screenAdded.connect(self._added)
        application.screenRemoved.connect(self._heard)
        application.primaryScreenChanged.connect(self._heard)
        for screen in application.screens():
            self._added(screen)

    def begin(self, *, full_screen: bool) -> None:
        """Place the window, full screen from now on if it is so, and report for the first time."""
        self._full_screen = full_screen
        self._look()

    def all(self) -> list[QScreen]:
        """The screens that exist. Qt keeps one without a name and size while there is none."""
        return [screen for screen in self._application.screens() if screen.name() and not screen.geometry().isEmpty()]

    def panel(self) -> QScreen | None:
        """The laptop's own panel. Where no connector ever said that it is one, as in a demo, the first screen is."""
        screens = self.all()
        number = built_in([screen.name() for screen in screens])
        if number is not None:
            self._has_panel = True
            return screens[number]
        return None if self._has_panel else next(iter(screens), None)

    def is_shown(self) -> bool:
        """Whether what the window draws is taken; it draws a little more for it, to be asked again a second later.

        By Wayland a window is not exposed once nobody has asked for its next picture for a second: the compositor has
        stopped, and with it every key. Where there is no screen at all there is nobody to ask.
        """
        for widget in (self._window, *self._window.findChildren(QWidget)):
            if widget.isVisible():  # whichever of them lies on top: only that one is drawn
                widget.update(QRect(widget.mapFrom(self._window, QPoint()), QSize(1, 1)))
        handle = self._window.windowHandle()
        return handle is None or handle.isExposed() or not self.all()

    def drawn_on(self) -> QRect:
        """The part of the window that may be drawn on, in its own coordinates.

        That is all of it, unless the window reaches over several screens: a compositor like cage stretches it so.
        It is nothing while the panel is gone and another screen is there.
        """
        screens, whole, panel = self.all(), self._window.rect(), self.panel()
        if not self._full_screen or not screens:
            return whole
        if panel is None:
            return QRect()
        own = panel.geometry()
        if whole.width() <= own.width() and whole.height() <= own.height():
            return whole
        reach = QRect()
        for screen in screens:
            reach = reach.united(screen.geometry())
        return own.translated(-reach.topLeft()).intersected(whole)

    def _added(self, screen: QScreen) -> None:
        screen.geometryChanged.connect(self._heard)
        self._heard()

    def _heard(self) -> None:
        self._settled.start()

    def _look(self) -> None:
        names = tuple(screen.name() for screen in self.all())
        panel = self.panel()
        if self._full_screen and panel is not None:
            self._window.setScreen(panel)
            self._window.setGeometry(panel.geometry())  # a screen without a window manager does not
            self._window.showFullScreen()
        self.moved.emit()
        if names != self._told:
            self._told = names
            self.changed.emit(names)
