"""Whether the laptop's time of day was ever set, and outlasts a power cut. It sets no clock and measures none.

How far the time of day is from the service's own is the session's to say (`kiosk.wall_clock`): it then opens no call.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.policy.measures import MeasureName, Severity
from kiosk.wall_clock import EARLIEST

RTC: Final = "/sys/class/rtc"
EVERY_S: Final = 10.0


class Clock:
    """The time of day is right, and stays so over a power cut. A wrong one moves bookings, never a call's time."""

    name = MeasureName.CLOCK
    threat = "A clock that is wrong opens visits at the wrong time, and dates the record wrongly."
    severity = Severity.WARN
    every_s = EVERY_S

    def __init__(
        self,
        machine: Machine,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._machine, self._now = machine, now

    def apply(self) -> None:
        """Nothing: the guard has no right to set the time; `kiosk.lockdown.clock_setting` asks for it."""

    def look(self) -> Look:
        """The date and the battery-backed clock. Raises OSError where /sys cannot be read."""
        return all_of(self._date(), self._battery_backed())

    def _date(self) -> Look:
        now = self._now()
        if now < EARLIEST:
            return lost(f"the date is {now:%Y-%m-%d}: the clock was never set since the laptop started")
        return holds(f"{now:%Y-%m-%d %H:%M} UTC")

    def _battery_backed(self) -> Look:
        clocks = self._machine.names(RTC)
        if not clocks:
            return lost(
                f"no battery-backed clock in {RTC}: after a power cut the time is unknown until the service says it"
            )
        return holds(f"{clocks[0]} keeps it over a power cut")
