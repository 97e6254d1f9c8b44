"""How late packets of sound come, and so how long sound should wait before it is played. Arithmetic; no clock."""

from typing import Final

import numpy as np

from kiosk.media.sound_format import SAMPLE_RATE

_SLOT: Final = SAMPLE_RATE * 20 // 1000
_WINDOW: Final = 500  # slots in which something came: ten seconds
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

    What comes at once counts once. A network that holds up everything for a moment, once, and then delivers it in one
    go is not uneven: waiting that long from then on would help nobody.
    """

    def __init__(self) -> None:
        self._longest, self._shortest = np.zeros(_WINDOW), np.zeros(_WINDOW)  # of each slot
        self._slots = 0
        self._slot: int | None = None
        self._loss = 0.0
        self._copies = 0.0
        self._frame = LEAST
        self._wait = float(LEAST)  # that keeps nearly all in time
        self._too_late = 0
        self.shortest_way = 0.0  # that of the quickest packet of the window

    def arrived(self, at: float, now: float, samples: int, *, has_copy: bool) -> None:
        """One more packet, of the time `at`, has come `now`."""
        self._note(now - at, int(now // _SLOT))
        self._frame = samples
        self._copies = _MEMORY * self._copies + (1 - _MEMORY) * has_copy
        known = min(self._slots, _WINDOW)
        in_time = min(known - 1, int(known * _SHARE_IN_TIME))
        self.shortest_way = float(self._shortest[:known].min())
        self._wait = float(np.partition(self._longest[:known], in_time)[in_time]) - self.shortest_way + _MARGIN
        self._too_late = self._too_late + 1 if now - at > self.shortest_way + MOST else 0

    def _note(self, way: float, slot: int) -> None:
        if slot != self._slot:
            self._slot, self._slots = slot, self._slots + 1
            at = (self._slots - 1) % _WINDOW
            self._longest[at] = self._shortest[at] = way
            return
        at = (self._slots - 1) % _WINDOW
        self._longest[at] = max(self._longest[at], way)
        self._shortest[at] = min(self._shortest[at], way)

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
