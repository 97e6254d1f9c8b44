"""Puts on record how many presses came to nothing, at most once a minute; never which keys they were."""

from collections.abc import Callable
from typing import Final

from kiosk.ports import Clock, Data

RECORD_EVERY_MS: Final = 60_000
Note = Callable[[str, Data], None]


class SwallowedPresses:
    """The first is recorded at once; what follows within a minute is summed up at its end."""

    def __init__(self, clock: Clock, note: Note) -> None:
        self._clock, self._note = clock, note
        self._count = 0
        self._recorded_ms: int | None = None

    def heard(self, count: int) -> None:
        """The shell swallowed so many more."""
        self._count += count
        self.look()

    def look(self) -> None:
        """Record what is due. Asked every second or so."""
        now = self._clock.boot_ms()
        is_due = self._recorded_ms is None or now - self._recorded_ms >= RECORD_EVERY_MS
        if self._count and is_due:
            self._note("presses_swallowed", {"count": self._count})
            self._count, self._recorded_ms = 0, now
