"""Sees by the time there and back whether packets queue up on the line. Arithmetic; times are milliseconds."""

from collections import deque
from typing import Final

SUDDEN_MS: Final = 400.0  # so much more than the shortest time there and back is a queue, seen once
QUEUE_MS: Final = 100.0  # this, and half as much again, is one if seen twice running
MOVED_REPORTS: Final = 6  # running, each of which lowers the rate by 0.15: any queue of ours would have changed by then
LITTLE_MS: Final = 15.0  # and a third of the shortest, is none
SHORT_MS: Final = 150.0  # there and back
LEVEL_MS: Final = 50.0  # what drains by 0.15 of the line does so by 150 ms a second


class Queue:
    """Sees by the time there and back that packets queue up somewhere.

    A queue grows, or drains once less is sent. A time that is longer and stays the same is that of another way
    (roaming, a tunnel), or of a queue that is not ours to drain: it counts as the shortest from then on.
    """

    def __init__(self) -> None:
        self._shortest_ms = float("inf")
        self._before_ms = 0.0
        self._standing: deque[float] = deque(maxlen=MOVED_REPORTS)
        self.drains = False

    @property
    def is_none(self) -> bool:
        """Whether the last time was about the shortest, and that is so short that it cannot hold one itself."""
        return self._shortest_ms < SHORT_MS and self._before_ms <= 1.3 * self._shortest_ms + LITTLE_MS

    def stands(self, rtt_ms: float) -> bool:
        """Whether one stands, by this time and the one before."""
        before, self._before_ms = self._before_ms, rtt_ms
        self.drains = rtt_ms < before
        shortest = self._shortest_ms = min(self._shortest_ms, rtt_ms)
        is_sudden = rtt_ms > shortest + max(SUDDEN_MS, shortest)
        if not is_sudden and min(before, rtt_ms) <= 1.5 * shortest + QUEUE_MS:
            self._standing.clear()
            return False
        self._standing.append(rtt_ms)
        if not self._is_level():
            return True
        self._shortest_ms = min(self._standing)
        self._standing.clear()
        return False

    def _is_level(self) -> bool:
        """Whether it stood for MOVED_REPORTS, of which the later are like the sooner."""
        times = list(self._standing)
        sooner, later = times[: MOVED_REPORTS // 2], times[MOVED_REPORTS // 2 :]
        return len(times) == MOVED_REPORTS and abs(min(later) - min(sooner)) <= LEVEL_MS
