"""Receiver reports of a while as one. Chromium sends one with each request for a lost packet, ten a second of a few
packets each: by itself each would say "half is lost", and the rate would fall ten times for one queue. Arithmetic.
"""

from dataclasses import dataclass
from typing import Final

LEAST_S: Final = 0.5
REACTS_S: Final = 0.3  # and a round trip, until it shows what a lower rate has done (libwebrtc's interval too)
_SEQUENCE: Final = 1 << 16


@dataclass(frozen=True, slots=True)
class Pooled:
    """The share lost (0 to 1), the newest time there and back if one is known, the last number that arrived, and of how
    many packets they are.
    """

    lost: float
    rtt_ms: float | None
    highest: int
    packets: int


class ReportPool:
    """One for each stream that is sent."""

    def __init__(self) -> None:
        self._highest: int | None = None
        self._began = 0.0
        self._lost, self._expected = 0.0, 0
        self._rtt_ms: float | None = None

    def add(self, lost: float, rtt_ms: float | None, highest: int, now: float) -> Pooled | None:
        """One report, at `now` in seconds; what those since the last answer say together, once it is time."""
        if self._highest is None:
            self._highest, self._began = highest, now
            return Pooled(lost, rtt_ms, highest, 0)
        packets = (highest - self._highest) % _SEQUENCE
        if packets < _SEQUENCE // 2:
            self._highest = highest
            self._expected += packets
            self._lost += lost * packets
        self._rtt_ms = rtt_ms if rtt_ms is not None else self._rtt_ms
        if now - self._began < max(LEAST_S, REACTS_S + (self._rtt_ms or 0.0) / 1000):
            return None
        lost = self._lost / self._expected if self._expected else 0.0
        pooled = Pooled(lost, self._rtt_ms, self._highest, self._expected)
        self._began, self._lost, self._expected, self._rtt_ms = now, 0.0, 0, None
        return pooled
