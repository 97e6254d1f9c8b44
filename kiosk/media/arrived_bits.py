"""How much of what was sent arrived, out of receiver reports (RFC 3550, 6.4.1), which count packets. Arithmetic."""

from typing import Final

_SEQUENCE: Final = 1 << 16
_FEWEST_S: Final = 0.2  # two reports closer together say little


class Arrivals:
    """Packets are taken to be as large as those of late are on average."""

    def __init__(self) -> None:
        self._size = 0.0
        self._last: tuple[int, float] | None = None

    def sent(self, size: int, packets: int) -> None:
        """A picture of so many bytes went out in so many packets."""
        each = size / packets
        self._size += 0.1 * (each - self._size) if self._size else each

    def bps(self, highest: int, lost: float, now: float) -> float | None:
        """Bit/s that arrived between the last report and this one; None where that cannot be told."""
        before = self._last
        if before is not None and now - before[1] < _FEWEST_S:
            return None
        self._last = highest, now
        if before is None:
            return None
        packets = (highest - before[0]) % _SEQUENCE * (1 - lost)
        return 8 * self._size * packets / (now - before[1])
