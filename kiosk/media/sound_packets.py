"""Packets of received sound that wait to be played, by their place in time: bounded, in order, each one once. Pure."""

from collections import deque
from dataclasses import dataclass
from typing import Final

MOST_WAITING: Final = 100  # two seconds of what a page sends
_REMEMBERED: Final = 64
_TURN: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class SoundPacket:
    """One packet as it came, with what its first bytes say. Times are in samples; `at` counts on without wrapping."""

    source: int
    sequence: int
    timestamp: int
    payload: bytes
    samples: int
    has_copy: bool  # of the packet before it


@dataclass(frozen=True, slots=True)
class Placed:
    """A packet and its place on a line of time that never wraps."""

    at: int
    packet: SoundPacket

    @property
    def end(self) -> int:
        """Where the next one begins."""
        return self.at + self.packet.samples


def unwrapped(timestamp: int, near: int) -> int:
    """The time nearest to `near` that is `timestamp` in 32 bits (RFC 3550, 5.1)."""
    ahead = (timestamp - near) % _TURN
    return near + (ahead - _TURN if ahead >= _TURN // 2 else ahead)


class Shelf:
    """What waits, in order of time. Too much drops the oldest."""

    def __init__(self) -> None:
        self._waiting: dict[int, Placed] = {}
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)

    def __len__(self) -> int:
        return len(self._waiting)

    def has_seen(self, at: int) -> bool:
        """Whether the packet of this time came before."""
        return at in self._waiting or at in self._seen

    def add(self, placed: Placed) -> None:
        """One more."""
        self._waiting[placed.at] = placed
        self._seen.append(placed.at)
        if len(self._waiting) > MOST_WAITING:
            del self._waiting[min(self._waiting)]

    def first(self) -> Placed | None:
        """The earliest, which stays."""
        return self._waiting[min(self._waiting)] if self._waiting else None

    def drop(self, placed: Placed) -> None:
        """It is played, or too late."""
        del self._waiting[placed.at]

    def drop_before(self, at: int) -> None:
        """Whatever ends before this time is too late."""
        for placed in [each for each in self._waiting.values() if each.end <= at]:
            self.drop(placed)

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._seen.clear()
