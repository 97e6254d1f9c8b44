"""Removes what the trail need not keep, once a day, and only when the time of day is known to be right."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from kiosk.ports import Clock

EVERY_MS: Final = 24 * 3_600_000
SAME_DAY: Final = timedelta(days=1)  # a sheet's time and ours: a clock that was set forward would remove too much


class Retention:
    """`keep_since` removes every record from before an instant; policy says how long records are kept."""

    def __init__(self, keep: timedelta, clock: Clock, keep_since: Callable[[datetime], object]) -> None:
        self._keep, self._clock, self._keep_since = keep, clock, keep_since
        self._next_ms = 0

    def look(self, sheet_issued_at: datetime | None) -> None:
        """Remove what is too old, if it is time to, and the service's own clock agrees with ours."""
        now, wall = self._clock.boot_ms(), self._clock.wall()
        if sheet_issued_at is None or abs(wall - sheet_issued_at) > SAME_DAY or now < self._next_ms:
            return
        self._next_ms = now + EVERY_MS
        self._keep_since(wall - self._keep)
