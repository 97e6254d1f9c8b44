"""Keeps a steady beat on a thread of its own: waits until the next beat, and leaves out the ones it is too late for."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Pace:
    """`per_second` beats, counted from 0. `now` and `sleep` are seconds and can be replaced in tests."""

    per_second: float = 30.0
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    _began: float | None = field(default=None, init=False)
    _last: int = field(default=-1, init=False)

    def next(self) -> int:
        """Wait for the next beat and give its number."""
        now = self.now()
        if self._began is None:
            self._began = now
        beat = max(self._last + 1, int((now - self._began) * self.per_second))
        wait = self._began + beat / self.per_second - now
        if wait > 0:
            self.sleep(wait)
        self._last = beat
        return beat
