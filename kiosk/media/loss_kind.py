"""Tells loss that the rate causes from loss that is simply there: sending less cures the first only. Arithmetic.

A report is of some thirty packets: of a line that loses a fifth it says anything from a tenth to a third. So a report
is not taken at its word: what is everyday is a running mean, and no more than was seen when it was learned. Once it has
fallen to half of that it is over, and must be learned anew.
"""

from typing import Final

_LESS: Final = 0.6  # of the rate at which it began; by then congestion has shown itself
_SAME: Final = 0.7  # of the loss at which it began
_MOST: Final = 0.4  # a line that loses more is not worth believing
_OVER: Final = 0.5  # of what was learned
_NEW: Final = 0.1  # a report's weight in the mean


class LossKind:
    """Learns how much is lost whatever is sent, and gives what is left for the rate to answer for."""

    def __init__(self) -> None:
        self.everyday = 0.0  # the share that is lost whatever is sent
        self._learned = 0.0  # it is never more than this
        self._began: tuple[float, float] | None = None

    def excess(self, lost: float) -> float:
        """The share lost beyond the everyday one, 0 to 1."""
        self.everyday = min(self._learned, self.everyday + _NEW * (lost - self.everyday))
        if self.everyday < _OVER * self._learned:
            self._learned = self.everyday
        return max(0.0, lost - self.everyday)

    def falls(self, bps: float, lost: float) -> None:
        """The rate, now `bps`, is about to be lowered for `lost`."""
        if self._began is None:
            self._began = bps, lost
        rate, first = self._began
        if bps <= _LESS * rate:
            if _SAME * first <= lost <= _MOST:
                self.everyday = self._learned = lost
            self._began = None

    def calm(self) -> None:
        """Little is lost: what was begun is over."""
        self._began = None
