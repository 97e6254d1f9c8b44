"""Silence in place of a microphone that is not there, so that what is sent goes on. Lives on the sound thread."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer

from kiosk.media.sound_format import BLOCK_MS, BYTES_PER_MS

_AFTER_S: Final = 0.4  # on a busy machine what a microphone hears comes late, and comes all the same


class SilenceBetween:
    """Hands on what a microphone hears, and silence of the same length for the time in which it gives nothing."""

    def __init__(self, on_heard: Callable[[bytes], None]) -> None:
        self._on_heard = on_heard
        self._filled_until = time.monotonic()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._fill)
        self._timer.start(BLOCK_MS)

    def hear(self, pcm: bytes) -> None:
        """The microphone has heard this."""
        self._filled_until = time.monotonic()
        self._on_heard(pcm)

    def shut(self) -> None:
        """Nothing more comes."""
        self._timer.stop()

    def _fill(self) -> None:
        missing_ms = int((time.monotonic() - self._filled_until - _AFTER_S) * 1000)
        if missing_ms >= BLOCK_MS:
            self._filled_until += missing_ms / 1000
            self._on_heard(bytes(missing_ms * BYTES_PER_MS))
