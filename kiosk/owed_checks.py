"""For which bookings the laptop still has to check itself. Pure: it knows no clock, and begins nothing."""

from collections import Counter
from typing import Final

MOST_TRIES: Final = 3  # a check that the shell dies of is not made for ever


class OwedChecks:
    """A check is done when the shell has answered and there was a line: what it lacked may have come since."""

    def __init__(self) -> None:
        self._done: set[str] = set()
        self._tries: Counter[str] = Counter()
        self._lacked_a_line: set[str] = set()

    def owes(self, booking_id: str, *, online: bool) -> bool:
        """Whether one is to be made now; one that found no line is made again when there is one."""
        return booking_id not in self._done and (online or booking_id not in self._lacked_a_line)

    def came_to_a_result(self, booking_id: str, *, answered: bool, online: bool) -> None:
        """One is over, and was not stopped: whether the shell `answered`, and whether there was a line."""
        self._tries[booking_id] += 1
        if (answered and online) or self._tries[booking_id] >= MOST_TRIES:
            self._done.add(booking_id)
        elif answered:
            self._lacked_a_line.add(booking_id)
