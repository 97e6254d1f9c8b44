"""How fast something may happen: so many at once, and then so many a second. Takes its time from whoever makes it."""

from collections.abc import Callable


class Pace:
    """Fills with time up to `at_once`; each thing that is allowed takes one out."""

    def __init__(self, a_second: float, at_once: int, seconds: Callable[[], float]) -> None:
        self._a_second, self._at_once, self._seconds = a_second, float(at_once), seconds
        self._left, self._looked_at = float(at_once), seconds()

    def allows(self) -> bool:
        """Whether one more may happen now; it counts as having happened."""
        now = self._seconds()
        self._left = min(self._at_once, self._left + max(0.0, now - self._looked_at) * self._a_second)
        self._looked_at = now
        if self._left < 1.0:
            return False
        self._left -= 1.0
        return True
