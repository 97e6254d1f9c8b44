"""Plays the officer beside the laptop: presses the same keys on the same window as a person would."""

from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.scenes import AnyScene, NextCall, OfficerAdmits

PRESS_EVERY_MS: Final = 350
TRIES: Final = 3  # a wrong PIN makes the laptop wait longer each time, and a person would stop too


class Officer:
    """Opens the call when it may be opened, ticks everybody, starts it with number and PIN. Never ends it."""

    def __init__(self, window: QWidget, number: str, pin: str) -> None:
        self._window, self._number, self._pin = window, number, pin
        self._scene: AnyScene | None = None
        self._tries = 0
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
                self._admit(len(people))
            case _:
                pass

    def _admit(self, people: int) -> None:
        """Whatever comes next: number and PIN where they are asked for, else a tick, else the key that starts."""
        if self._stands("pad_ok"):
            self._identify()
        elif self._stands("try_again"):
            if self._tries < TRIES:
                self._press("try_again")
        elif not self._stands("panel_close"):  # while it stands there, the guard is checking
            self._tick_or_start(people)

    def _tick_or_start(self, people: int) -> None:
        for number in range(people):
            tick = self._key(f"tick_{number}")
            if tick is not None and not tick.isChecked():
                tick.click()
                return
        self._press("admit")

    def _identify(self) -> None:
        self._tries += 1
        for text in (self._number, self._pin):
            for character in text:
                self._type(character)
            self._press("pad_ok")

    def _type(self, character: str) -> None:
        """Press one key of the keypad, turning it to letters or digits first where need be."""
        name = f"pad_{character.lower()}"
        if not self._stands(name):
            self._press("pad_letters" if character.isalpha() else "pad_digits")
        self._press(name)

    def _press(self, name: str) -> None:
        key = self._key(name)
        if key is not None and key.isEnabled():
            key.click()

    def _stands(self, name: str) -> bool:
        """Whether a key of this name is on the screen."""
        key = self._key(name)
        return key is not None and key.isVisible()

    def _key(self, name: str) -> QAbstractButton | None:
        return self._window.findChild(QAbstractButton, name)
