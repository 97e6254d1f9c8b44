"""This machine's clocks; the only place in the guard that reads them."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from kiosk.ports import Clock

BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class BelievedClock:
    """Fits `kiosk.ports.Clock`: its time of day is the service's, as far as that has said any."""

    def __init__(self, clock: Clock, believed: Callable[[], datetime]) -> None:
        self._clock, self._believed = clock, believed

    def boot_ms(self) -> int:
        """As the machine counts."""
        return self._clock.boot_ms()

    def wall(self) -> datetime:
        """What is believed."""
        return self._believed()


class SystemClock:
    """The kernel's boot-time clock for durations, the wall clock for the time of day."""

    def boot_ms(self) -> int:
        """Whole milliseconds since boot, counting sleep."""
        return boot_ms()

    def boot_ns(self) -> int:
        """Whole nanoseconds since boot, counting sleep."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME)

    def wall(self) -> datetime:
        """Now, aware, UTC."""
        return datetime.now(UTC)


def boot_ms() -> int:
    """Whole milliseconds since boot, counting sleep."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def boot_id() -> str:
    """Which start of this machine this is, from the kernel."""
    return BOOT_ID.read_text().strip()
