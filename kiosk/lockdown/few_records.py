"""Keeps what others may bring about as often as they like from filling the audit trail. It records nothing."""

from typing import Final

from kiosk.ports import Clock

MOST_AT_ONCE: Final = 10  # whoever brings about more does not fill the disk of the trail
ANOTHER_EVERY_MS: Final = 60_000


class FewRecords:
    """The same again is no news; of what is news a few at once, and then one a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last: object = None
        self._left, self._since_ms, self._unrecorded = MOST_AT_ONCE, clock.boot_ms(), 0

    def heard(self, what: object) -> dict[str, int] | None:
        """Whether to record this: what to add to the record, how many were left out before it, or None for not."""
        if what == self._last:
            return None
        self._last = what
        self._refill()
        if self._left == 0:
            self._unrecorded += 1
            return None
        self._left -= 1
        more, self._unrecorded = {"unrecorded": self._unrecorded} if self._unrecorded else {}, 0
        return more

    def _refill(self) -> None:
        now = self._clock.boot_ms()
        more = (now - self._since_ms) // ANOTHER_EVERY_MS
        self._left = min(MOST_AT_ONCE, self._left + more)
        self._since_ms += more * ANOTHER_EVERY_MS
