"""This machine's clocks; the only place in the guard that reads them."""

import time
from datetime import UTC, datetime


class SystemClock:
    """The kernel's boot-time clock for durations, the wall clock for the time of day."""

    def boot_ms(self) -> int:
        """Whole milliseconds since boot, counting sleep."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000

    def wall(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)
