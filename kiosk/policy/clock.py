"""The plain clock of one call: talk counts while live, from the start, until it is used up or the window ends.

All instants are whole milliseconds of the machine's boot-time clock; the fair clock will take this place.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class PlainClock:
    """One call's time: `starts_ms` and `hard_stop_ms` are instants, `duration_ms` is the talk that was booked.

    `live_since_ms` is None while the call is not live.
    """

    starts_ms: int
    duration_ms: int
    hard_stop_ms: int
    banked_ms: int = 0
    live_since_ms: int | None = None

    def talk_ms(self, now_ms: int) -> int:
        """Talk so far; never more than was booked, never before the start, never after the hard stop."""
        if self.live_since_ms is None:
            return self.banked_ms
        running = min(now_ms, self.hard_stop_ms) - max(self.live_since_ms, self.starts_ms)
        return min(self.duration_ms, self.banked_ms + max(0, running))

    def left_ms(self, now_ms: int) -> int:
        """Talk still to come, if nothing is lost from now on."""
        window = max(0, self.hard_stop_ms - max(now_ms, self.starts_ms))
        return min(self.duration_ms - self.talk_ms(now_ms), window)

    def is_over(self, now_ms: int) -> bool:
        """All talk used, or the window ended."""
        return now_ms >= self.hard_stop_ms or self.talk_ms(now_ms) >= self.duration_ms

    def run(self, now_ms: int) -> "PlainClock":
        """The clock, running from now; running already is fine."""
        return self if self.live_since_ms is not None else replace(self, live_since_ms=now_ms)

    def stop(self, now_ms: int) -> "PlainClock":
        """The clock, stopped now with its talk kept; stopped already is fine."""
        return replace(self, banked_ms=self.talk_ms(now_ms), live_since_ms=None)
