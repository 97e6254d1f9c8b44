"""How much of something may come in a second, and in one burst; counts only, and knows nobody. A token bucket."""

import time
from collections.abc import Callable


class Allowance:
    """So many `a_second`, and `at_once` after a pause. `now` is a clock in seconds that never steps."""

    def __init__(self, a_second: float, at_once: float, now: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._at_once, self._now = a_second, at_once, now
        self._left, self._at = at_once, now()

    def take(self) -> bool:
        """Whether one more is within it."""
        now = self._now()
        self._left = min(self._at_once, self._left + (now - self._at) * self._a_second)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True
