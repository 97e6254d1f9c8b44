"""Tells when the machine as a whole stood still: a witness that wants next to nothing was not let run."""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Final

WANTS_EVERY_S: Final = 0.02
STALL_S: Final = 3.0  # a machine that stands still for two seconds interrupts a call for one and a half, rightly
LATE_NS: Final = 100_000_000  # less is a busy machine, which everybody has to live with


class Standstill:
    """When the witness was kept waiting, as nanoseconds of the clock that the trail has too."""

    def __init__(self) -> None:
        self.kept_waiting: list[tuple[int, int]] = []
        self._is_over = threading.Event()

    def watch(self) -> None:
        """Look until told that it is over; what has lasted until then counts."""
        is_over = False
        while not is_over:
            due = time.clock_gettime_ns(time.CLOCK_BOOTTIME) + round(WANTS_EVERY_S * 1e9)
            is_over = self._is_over.wait(WANTS_EVERY_S)
            now = time.clock_gettime_ns(time.CLOCK_BOOTTIME)
            if now - due > LATE_NS:
                self.kept_waiting.append((due, now))

    def stop(self) -> None:
        self._is_over.set()

    def between_ns(self, begin: int, end: int) -> int:
        """For how much of this span it stood still."""
        return sum(max(0, min(end, until) - max(begin, since)) for since, until in self.kept_waiting)


@contextlib.contextmanager
def witnessed() -> Iterator[Standstill]:
    """What is done here has a witness: another process that stands still alone is not excused by it."""
    stood = Standstill()
    witness = threading.Thread(target=stood.watch, name="witness")
    witness.start()
    try:
        yield stood
    finally:
        stood.stop()
        witness.join()
