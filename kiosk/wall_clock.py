"""Whether the laptop's time of day can be believed, by the service's own; it measures no call and sets no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Around

EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)  # of this software: a clock that shows less was never set


@dataclass(frozen=True)
class Said:
    """The service said that it was `at`, when the boot-time clock stood at `boot_ms`."""

    at: datetime
    boot_ms: int


class WallClock:
    """The time of day under suspicion: `is_wrong` is what the last look found. Bookings are placed by nothing else.

    Sheet, service and laptop speak in UTC, so summer time moves nothing here.
    """

    def __init__(self, around: Around, numbers: Numbers) -> None:
        self.is_wrong = False
        self._clock, self._record, self._may_err = around.clock, around.record, numbers.clock_may_err
        self._said: Said | None = None

    def service_said(self, at: datetime) -> None:
        """The service's time of now. Until it has said one, only a clock that was never set is known to be wrong."""
        self._said = Said(at, self._clock.boot_ms())

    def look(self) -> bool:
        """Whether the time of day is wrong now; the trail hears when that changes."""
        before, self.is_wrong = self.is_wrong, self._is_wrong_now()
        if self.is_wrong and not before:
            wrong_by_ms = self._wrong_by_ms()
            event, data = (
                ("clock_never_set", {}) if wrong_by_ms is None else ("clock_wrong", {"wrong_by_ms": wrong_by_ms})
            )
            self._record.note(event, data)
        if before and not self.is_wrong:
            self._record.note("clock_right", {})
        return self.is_wrong

    def _is_wrong_now(self) -> bool:
        wrong_by_ms = self._wrong_by_ms()
        if wrong_by_ms is None:
            return self._clock.wall() < EARLIEST
        return abs(wrong_by_ms) > ms(self._may_err)

    def _wrong_by_ms(self) -> int | None:
        """How far the time of day is ahead of the service's; None while the service has not said any."""
        if self._said is None:
            return None
        since = timedelta(milliseconds=self._clock.boot_ms() - self._said.boot_ms)
        return ms(self._clock.wall() - self._said.at - since)
