"""A token bucket: how many messages one connection may send, with room for a burst. Told the time; has no clock."""

from typing import Final

A_SECOND: Final = 50.0
AT_ONCE: Final = 200.0


class Bucket:
    """Holds up to `at_once` messages and refills by `a_second`."""

    def __init__(self, now: float, a_second: float = A_SECOND, at_once: float = AT_ONCE) -> None:
        self._a_second = a_second
        self._at_once = at_once
        self._left = at_once
        self._filled_at = now

    def has_one(self, now: float) -> bool:
        """Whether `take` would succeed at `now` (seconds, never going back)."""
        self._left = min(self._at_once, self._left + (now - self._filled_at) * self._a_second)
        self._filled_at = now
        return self._left >= 1

    def take(self, now: float) -> bool:
        """Take one message's worth at `now`; False when there is none."""
        if not self.has_one(now):
            return False
        self._left -= 1
        return True
