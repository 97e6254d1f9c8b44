"""How long to wait before something that failed is tried again. Arithmetic only; time is given, in seconds."""

from typing import Final

FAILED_WITHIN_S: Final = 10.0  # what held longer has succeeded
LONGEST_S: Final = 40.0


class Patience:
    """Waits `first_s`, and twice as long each time that a try fails soon."""

    def __init__(self, first_s: float) -> None:
        self.wait_s = self._first_s = first_s
        self._tried: float | None = None
        self._failed: float | None = None

    def tried(self, now: float) -> None:
        """It is being tried."""
        self._tried = now

    def failed(self, now: float) -> None:
        """It did not hold; a try fails once, however far it falls."""
        if self._tried is not None:
            soon = now - self._tried < FAILED_WITHIN_S
            self.wait_s = min(LONGEST_S, 2 * self.wait_s) if soon else self._first_s
        self._tried, self._failed = None, now

    def is_over(self, now: float) -> bool:
        """Whether it may be tried (again)."""
        since = [moment for moment in (self._tried, self._failed) if moment is not None]
        return not since or now - max(since) >= self.wait_s
