"""Tells loss that the rate causes from loss that is simply there: sending less cures the first only. Arithmetic.

A report is of some fifteen to eighty packets: of a line that loses a fifth it says anything from nothing to a half. So
none is taken at its word, but the mean of many packets. Where that is too much, and no queue is seen, less is sent for
a moment. A full line then loses less, or carries as much as before; where as much is lost, and less arrives, that much
is everyday, and the rate was not to blame. Once it has fallen to half of that it is over, and must be learned anew.
"""

from collections import deque
from typing import Final, NamedTuple

TESTED: Final = 0.6  # of the rate at which it began: congestion has shown itself by then
TESTABLE_BPS: Final = 150_000  # a lower rate is not tested: a line that narrow shows by its queue
_SAME: Final = 0.55  # of the loss at which it began
_CARRIED: Final = 0.8  # of what arrived at first; a line that is not full brings the share TESTED
_MOST: Final = 0.4  # a line that loses more is not worth believing
_OVER: Final = 0.5  # of what was learned
_KEPT: Final = 0.8  # of what is known, from one report to the next: of two or three seconds
_EXPECTED: Final = 30.0  # packets, of which as much as is everyday is taken to be lost before any is seen
_ENOUGH: Final = 60.0  # packets, that a test is judged by
_SKIPPED: Final = 1  # report of a test, which is of what was sent before it
_LONGEST: Final = 8  # reports


class Report(NamedTuple):
    """Packets, how many of them were lost, and bit/s that arrived."""

    packets: float
    lost: float
    arrived: float


class LossKind:
    """Learns how much is lost whatever is sent, and gives what is left for the rate to answer for."""

    def __init__(self) -> None:
        self.everyday = 0.0  # the share that is lost whatever is sent
        self._learned = 0.0  # it is never more than this
        self._packets = self._lost = 0.0
        self._reports = 0
        self._arrived: deque[float] = deque(maxlen=2)
        self._began: tuple[float, float, float] | None = None  # the rate, the share lost, what arrived
        self._seen: list[Report] = []

    def hear(self, lost: float, packets: float, arrived: float | None) -> float:
        """A report: the share of how many packets, and bit/s that arrived; what is lost lately beyond the everyday."""
        self._packets, self._lost = _KEPT * self._packets + packets, _KEPT * self._lost + lost * packets
        self._reports += 1
        if arrived is not None:
            self._arrived.append(arrived)
            self._seen.append(Report(packets, lost * packets, arrived))
        self.everyday = min(self._learned, self._lately)
        if self.everyday < _OVER * self._learned:
            self._learned = self.everyday
        return max(0.0, self._lately - self.everyday)

    @property
    def _lately(self) -> float:
        return (self._lost + _EXPECTED * self.everyday) / (self._packets + _EXPECTED)

    @property
    def is_tested(self) -> bool:
        """Whether less is sent to see what that changes."""
        return self._began is not None

    def may_test(self, bps: float) -> bool:
        """Whether enough is known of the rate `bps`, and it is worth it."""
        is_enough = self._packets >= _ENOUGH or self._reports >= _LONGEST
        return is_enough and len(self._arrived) > 0 and (bps > TESTABLE_BPS or self._lately > _MOST)

    def test(self, bps: float) -> None:
        """The rate, now `bps`, is about to be lowered to the share TESTED, to see what that changes."""
        self._began, self._seen = (bps, self._lately, sum(self._arrived) / len(self._arrived)), []

    def blameless(self) -> float | None:
        """The rate from before the test, where the test is over and has shown that it was not to blame."""
        seen = self._seen[_SKIPPED:]
        packets = sum(report.packets for report in seen)
        if self._began is None or (packets < _ENOUGH and len(seen) < _LONGEST):
            return None
        (bps, before, arrived), self._began = self._began, None
        self._packets, self._lost = packets, sum(report.lost for report in seen)  # what was lost before is judged
        lost = self._lost / max(packets, 1.0)
        arrives = sum(report.arrived for report in seen) / len(seen)
        is_blameless = _SAME * before <= lost <= _MOST and arrives <= _CARRIED * arrived
        self.everyday = self._learned = lost if is_blameless else 0.0
        return bps if is_blameless else None

    def call_off(self) -> None:
        """What was lost is explained, by a queue or a cut, or less is sent for another reason."""
        self._began, self._packets, self._lost, self._reports = None, 0.0, 0.0, 0
