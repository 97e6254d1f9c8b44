"""Which lost packets of our picture are sent again: each once in a round trip, and no more than a share of the rate.

On a narrow line that is full most of what is sent again is lost again: Chromium then asked for five hundred packets in
a second, which kept the line full, and everything behind them late. What is not sent again is made good by a key frame,
which the far side asks for. Pure: time is given.
"""

from collections import deque
from typing import Final

SHARE: Final = 0.5  # of the picture's own rate: enough for 20 % lost, and for half of it lost again
AT_ONCE_S: Final = 1.0  # what was not used is kept for so long
SOONEST_S: Final = 0.05  # where the time there and back is not known
_REMEMBERED: Final = 512  # packets


class Resending:
    """One for each stream that is sent."""

    def __init__(self) -> None:
        self._sent: dict[int, float] = {}  # when each was last sent again
        self._left_s = AT_ONCE_S  # of the share
        self._counted: float | None = None
        self._lately: deque[tuple[float, int]] = deque()

    def bps(self, now: float) -> int:
        """What of it went out in the last second, in bit/s: that much less is left for new pictures."""
        while self._lately and self._lately[0][0] <= now - 1.0:
            self._lately.popleft()
        return sum(bits for _, bits in self._lately)

    def may(self, number: int, size: int, bps: int, rtt_ms: float | None, now: float) -> bool:
        """Whether to send packet `number`, of `size` bytes, again, at `now` in seconds; it is then taken as sent."""
        since = now - self._counted if self._counted is not None else 0.0
        self._counted, self._left_s = now, min(AT_ONCE_S, self._left_s + since)
        costs_s = 8 * size / (SHARE * max(bps, 1))
        if costs_s > self._left_s or now - self._sent.get(number, float("-inf")) < self._round_trip_s(rtt_ms):
            return False
        self._left_s -= costs_s
        self._lately.append((now, 8 * size))
        self._sent.pop(number, None)
        self._sent[number] = now
        if len(self._sent) > _REMEMBERED:
            del self._sent[next(iter(self._sent))]
        return True

    @staticmethod
    def _round_trip_s(rtt_ms: float | None) -> float:
        return max(SOONEST_S, (rtt_ms or 0.0) / 1000)
