"""Whether the laptop's time of day can be believed, by the service's own; it measures no call and sets no clock."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Around

EARLIEST: Final = datetime(2026, 1, 1, tzinfo=UTC)  # of this software: a clock that shows less was never set


@dataclass(frozen=True)
class Said:
    """The service signed that it was `at`, at some instant from `asked_ms` to `heard_ms` of the boot-time clock."""

    at: datetime
    asked_ms: int
    heard_ms: int

    def wrong_by_ms(self, wall: datetime, boot_ms: int) -> int:
        """How far `wall` is ahead at `boot_ms`, at the least: an answer that was held up makes no clock wrong."""
        since_asked = ms(wall - self.at) - (boot_ms - self.asked_ms)
        since_heard = ms(wall - self.at) - (boot_ms - self.heard_ms)
        return max(since_asked, 0) + min(since_heard, 0)

    def time_at(self, boot_ms: int) -> datetime:
        """The service's time at `boot_ms`, at the earliest."""
        return self.at + timedelta(milliseconds=boot_ms - self.heard_ms)


class WallClock:
    """The time of day under suspicion: `is_wrong` is what the last look found. Bookings are placed by nothing else.

    Sheet, service and laptop speak in UTC, so summer time moves nothing here.
    """

    def __init__(self, around: Around, numbers: Numbers) -> None:
        self.is_wrong = False
        self._clock, self._record, self._may_err = around.clock, around.record, numbers.clock_may_err
        self._said: Said | None = None

    def service_said(self, said: Said) -> None:
        """The service's signed time. Until there is one, only a clock that was never set is known to be wrong."""
        self._said = said

    @property
    def is_told(self) -> bool:
        """Whether the service has said what the time is."""
        return self._said is not None

    def believed(self) -> datetime:
        """What the time is: by the service, or until it has said so by the laptop's own clock."""
        return self._clock.wall() if self._said is None else self._said.time_at(self._clock.boot_ms())

    def look(self) -> bool:
        """Whether the time of day is wrong now; the trail hears when that changes."""
        before, self.is_wrong = self.is_wrong, self._is_wrong_now()
        if self.is_wrong and not before:
            wrong_by_ms = self.wrong_by_ms()
            event, data = (
                ("clock_never_set", {}) if wrong_by_ms is None else ("clock_wrong", {"wrong_by_ms": wrong_by_ms})
            )
            self._record.note(event, data)
        if before and not self.is_wrong:
            self._record.note("clock_right", {})
        return self.is_wrong

    def _is_wrong_now(self) -> bool:
        wrong_by_ms = self.wrong_by_ms()
        if wrong_by_ms is None:
            return self._clock.wall() < EARLIEST
        return abs(wrong_by_ms) > ms(self._may_err)

    def wrong_by_ms(self) -> int | None:
        """How far the time of day is ahead of the service's; None while the service has not said any."""
        if self._said is None:
            return None
        return self._said.wrong_by_ms(self._clock.wall(), self._clock.boot_ms())
