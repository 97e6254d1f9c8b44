"""The real clock; the only place in the service that asks the machine for the time."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Fits `visits.ports.Clock`."""

    def now(self) -> datetime:
        """The wall clock, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()
