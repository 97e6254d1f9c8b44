"""How late packets of sound come, and so how long sound should wait before it is played. Arithmetic; no clock."""

from typing import Final

import numpy as np

from kiosk.media.sound_format import SAMPLE_RATE

_WINDOW: Final = 500  # packets: ten seconds
_SHARE_IN_TIME: Final = 0.97
_MARGIN: Final = SAMPLE_RATE * 10 // 1000  # sound is asked for 10 ms at a time
LEAST: Final = SAMPLE_RATE * 20 // 1000
MOST: Final = SAMPLE_RATE * 500 // 1000
_MEMORY: Final = 0.98  # of fifty packets, about
_WORTH_WAITING: Final = 0.01
_MOVED_FOR: Final = 25  # packets in a row that are all too late: the way itself has changed


class Arrivals:
    """The last ten seconds of one stream. Every number is in samples.

    A packet's way is its arrival less its timestamp. Two clocks stand behind it, so only differences mean anything,
    and over the window even a bad clock's drift (300 ppm) is 3 ms: the least of the window is the way without waiting.
    """

    def __init__(self) -> None:
        self._ways = np.zeros(_WINDOW)
        self._count = 0
        self._loss = 0.0
        self._copies = 0.0
        self._frame = LEAST
        self._wait = float(LEAST)  # that keeps nearly all in time
        self._too_late = 0
        self.shortest_way = 0.0  # that of the quickest packet of the window

    def arrived(self, way: float, samples: int, *, has_copy: bool) -> None:
        """One more packet."""
        self._ways[self._count % _WINDOW] = way
        self._count += 1
        self._frame = samples
        self._copies = _MEMORY * self._copies + (1 - _MEMORY) * has_copy
        known = self._ways[: min(self._count, _WINDOW)]
        at = min(known.size - 1, int(known.size * _SHARE_IN_TIME))
        self.shortest_way = float(known.min())
        self._wait = float(np.partition(known, at)[at]) - self.shortest_way + _MARGIN
        self._too_late = self._too_late + 1 if way > self.shortest_way + MOST else 0

    def was_due(self, *, missing: bool) -> None:
        """A packet's time to be played came, and it was there or missing."""
        self._loss = _MEMORY * self._loss + (1 - _MEMORY) * missing

    @property
    def has_moved(self) -> bool:
        """Whether the way has become so much longer that everything would come too late: best begin anew."""
        return self._too_late >= _MOVED_FOR

    @property
    def target(self) -> float:
        """How much later than its timestamp sound should be played, so that nearly all of it is there by then.

        Where packets are lost and come again inside the next, by one packet more.
        """
        is_worth_waiting = min(self._loss, self._copies) > _WORTH_WAITING
        wait = self._wait + (self._frame if is_worth_waiting else 0)
        return self.shortest_way + min(MOST, max(LEAST, wait))
