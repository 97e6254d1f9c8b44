"""How well the service answers, from the moments it was heard: told the time, has no clock, opens nothing."""

from typing import Final

PING_EVERY_S: Final = 1.0
IDLE_PING_EVERY_S: Final = 5.0  # the service's own pings, every other second, show well enough that it is there
CLEAN_WITHIN_S: Final = 1.0  # an answer that takes longer is too slow for a call
LOST_AFTER_S: Final = 3.0
IDLE_LOST_AFTER_S: Final = 6.5  # three of the service's pings, and a little
LONGEST_SILENCE_MS: Final = 600_000


class Pulse:
    """One connection's pings and answers. Moments are seconds that never go back."""

    def __init__(self, now: float) -> None:
        self._heard_at = now
        self._asked_at: float | None = None  # the ping that waits for its answer
        self._is_clean = True
        self.round_trip_ms: int | None = None  # of the last ping that was answered

    def asked(self, now: float) -> None:
        """A ping goes out. One that still waits keeps its own time."""
        if self._asked_at is None:
            self._asked_at = now

    def answered(self, now: float) -> None:
        """A pong has come."""
        self.heard(now)
        if self._asked_at is not None:
            self._is_clean = now - self._asked_at <= CLEAN_WITHIN_S
            self.round_trip_ms = round((now - self._asked_at) * 1000)
            self._asked_at = None

    def heard(self, now: float) -> None:
        """Anything has come."""
        self._heard_at = now

    def is_clean(self, now: float) -> bool:
        """Whether the last ping was answered within a second; one that waits longer is not."""
        waits_long = self._asked_at is not None and now - self._asked_at > CLEAN_WITHIN_S
        return self._is_clean and not waits_long

    def is_lost(self, now: float, *, in_call: bool) -> bool:
        """Whether nothing has come for so long that the line is dead; a call cannot wait as long as an idle laptop."""
        return now - self._heard_at > (LOST_AFTER_S if in_call else IDLE_LOST_AFTER_S)

    def silent_ms(self, now: float) -> int:
        """How long ago the service was last heard."""
        return min(LONGEST_SILENCE_MS, max(0, round((now - self._heard_at) * 1000)))
