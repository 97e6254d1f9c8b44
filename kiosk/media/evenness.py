"""When a received picture should be shown, so that pictures go on evenly though they come unevenly. It has no clock.

A lost packet holds up its picture and those behind it until it is sent again; then all come at once, and only the last
would be seen. A line that loses or delays gets as much delay as keeps most pictures even, and no line gets more than
MOST_S: the sound waits about as long there (`arrivals.py`). One that delivers evenly gets none.
"""

from collections import deque
from typing import Final

MOST_S: Final = 0.15
_WORTH_S: Final = 0.015  # less than this nobody sees
_SHARE_IN_TIME: Final = 0.95
_WINDOW: Final = 150  # pictures, or runs of them that came at once: five seconds
_AT_ONCE_S: Final = 0.012  # a third of a picture's time: they leave the decoder one after another
_FEWEST: Final = 60  # two seconds, of which three may be late: the first picture of all always is


class Evenness:
    """The pictures of one connection. A picture's way is its arrival less its timestamp; only differences count."""

    def __init__(self) -> None:
        self._ways: deque[float] = deque(maxlen=_WINDOW)  # the longest of each run that came at once
        self._shortest: deque[float] = deque(maxlen=_WINDOW)
        self._came_s = float("-inf")

    def due_s(self, taken_s: float, came_s: float) -> float:
        """When to show the picture of the time `taken_s` that came at `came_s`: by MOST_S later, and never before."""
        way = came_s - taken_s
        if came_s - self._came_s > _AT_ONCE_S or not self._ways:
            self._ways.append(way)
            self._shortest.append(way)
        else:  # held up together: that counts once, by the one that waited longest
            self._ways[-1] = max(self._ways[-1], way)
            self._shortest[-1] = min(self._shortest[-1], way)
        self._came_s = came_s
        shortest = min(self._shortest)
        return max(came_s, min(taken_s + shortest + self._wait_s(shortest), came_s + MOST_S))

    def _wait_s(self, shortest: float) -> float:
        if len(self._ways) < _FEWEST:
            return 0.0
        in_order = sorted(self._ways)
        wait = in_order[min(len(in_order) - 1, int(len(in_order) * _SHARE_IN_TIME))] - shortest
        return 0.0 if wait < _WORTH_S else min(wait, MOST_S)
