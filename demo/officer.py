"""Plays the officer beside the laptop: presses the same keys on the same window as a person would."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.scenes import AnyScene, NextCall, OfficerAdmits

PRESS_EVERY_MS: Final = 350


class Officer:
    """Opens the call when it may be opened, ticks everybody, starts it. Never ends it."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._scene: AnyScene | None = None
        self._timer = QTimer(window)
        self._timer.timeout.connect(self._press_next)
        self._timer.start(PRESS_EVERY_MS)

    def sees(self, scene: AnyScene) -> None:
        """What is on the screen now."""
        self._scene = scene

    def _press_next(self) -> None:
        match self._scene:
            case NextCall(may_open=True):
                self._press("open_identity")
            case OfficerAdmits(people=people, preview=True):
                self._tick_or_start(len(people))
            case _:
                pass

    def _tick_or_start(self, people: int) -> None:
        for number in range(people):
            tick = self._key(f"tick_{number}")
            if tick is not None and not tick.isChecked():
                tick.click()
                return
        self._press("admit")

    def _press(self, name: str) -> None:
        key = self._key(name)
        if key is not None and key.isEnabled():
            key.click()

    def _key(self, name: str) -> QAbstractButton | None:
        return self._window.findChild(QAbstractButton, name)
