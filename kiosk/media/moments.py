"""Tells one picture's packets from the next one's, also where a network mixes up their order. It only counts.

A picture, or a piece of sound, is a run of sequence numbers with one timestamp (RFC 3550, 5.1). Whoever goes back and
forth between two timestamps makes aiortc work on a picture for each packet: that is a new run each time.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

REMEMBERED: Final = 16  # half a second of pictures; what comes later than that counts once more
_NUMBERS: Final = 1 << 16


@dataclass(slots=True)
class _Run:
    moment: bytes
    first: int
    last: int


class Moments:
    """The last runs of one source, of which no two overlap."""

    def __init__(self) -> None:
        self._runs: deque[_Run] = deque(maxlen=REMEMBERED)
        self._newest: int | None = None

    def is_new(self, number: int, moment: bytes) -> bool:
        """Whether the packet of this sequence number and timestamp is the first of its moment."""
        at = self._counted_on(number)
        for run in reversed(self._runs):
            if run.moment == moment and self._is_free(min(run.first, at), max(run.last, at), run):
                run.first, run.last = min(run.first, at), max(run.last, at)
                return False
        self._runs.append(_Run(moment, at, at))
        return True

    def _counted_on(self, number: int) -> int:
        """The number as if it never began again at 0."""
        newest = number if self._newest is None else self._newest
        at = newest + (number - newest + _NUMBERS // 2) % _NUMBERS - _NUMBERS // 2
        self._newest = max(newest, at)
        return at

    def _is_free(self, first: int, last: int, own: _Run) -> bool:
        return all(run is own or run.last < first or run.first > last for run in self._runs)
