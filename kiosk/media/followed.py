"""Keeps one sound device open: the one that is to be used now. Lives on the sound thread; says when it gives up."""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from PySide6.QtCore import QTimer

from kiosk.errors import Unavailable

log = logging.getLogger(__name__)

MOST_DEATHS: Final = 5  # within WINDOW_S, and the session is told
WINDOW_S: Final = 30.0
AGAIN_AFTER_MS: Final = 300


class Opened(Protocol):
    """An open device."""

    def shut(self) -> None:
        """Let go of it."""
        ...


Open = Callable[[str, Callable[[str], None]], Opened]


class Followed:
    """Opens by name what `choose` names. A device that dies is opened again, MOST_DEATHS times within WINDOW_S.

    `choose` is asked before each try. `open_device` gets the name and whom to tell of a death, and may raise
    Unavailable. With no device to use nothing is open and nothing has failed.
    """

    def __init__(self, choose: Callable[[], str | None], open_device: Open, on_failed: Callable[[str], None]) -> None:
        self._choose, self._open_device, self._on_failed = choose, open_device, on_failed
        self._device: Opened | None = None
        self._name: str | None = None
        self._is_dead = False
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._again = QTimer()
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_AFTER_MS)
        self._again.timeout.connect(self.follow)

    def open(self) -> None:
        """Open it for the first time. Raises Unavailable when there is one that cannot be opened."""
        self._name = self._choose()
        if self._name is not None:
            self._device = self._open_device(self._name, self._died)

    def follow(self) -> None:
        """Let go of a device that is dead or no longer the one to use, and open the one that is."""
        if self._choose() == self._name and not self._is_dead:
            return
        self._let_go()
        try:
            self.open()
        except Unavailable as error:
            self._died(str(error))

    def shut(self) -> None:
        """Let go of whatever is open, for good. Safe twice."""
        self._again.stop()
        self._let_go()

    def _let_go(self) -> None:
        device, self._device, self._is_dead = self._device, None, False
        if device is not None:
            device.shut()

    def _died(self, text: str) -> None:
        """Only noted here: the device itself may be the one that says it, and is not to be taken from under itself."""
        if self._is_dead:
            return
        self._is_dead = True
        now = time.monotonic()
        if len(self._deaths) == MOST_DEATHS and now - self._deaths[0] < WINDOW_S:
            self._on_failed(text)
            return
        self._deaths.append(now)
        log.warning("%s It is opened again.", text)
        self._again.start()
