"""Tells the packets of one picture, or piece of sound, from those of another, in any order. Counts none."""

from typing import Final

REMEMBERED: Final = 16  # half a second of pictures; the network mixes up less
_NUMBERS: Final = 1 << 16  # RFC 3550, 5.1: sequence numbers begin again


class Moments:
    """The newest moments of one source, each with the numbers of its first and its last packet so far."""

    def __init__(self) -> None:
        self._spans: dict[bytes, tuple[int, int]] = {}

    def is_new(self, moment: bytes, number: int) -> bool:
        """Whether the packet of this sequence number begins a picture: its timestamp, `moment`, is not known, or a
        packet of another lies between it and the rest, which aiortc makes another picture of."""
        if moment in self._spans and (span := self._together(moment, number)) is not None:
            self._spans[moment] = span
            return False
        self._spans.pop(moment, None)
        self._spans[moment] = number, number
        if len(self._spans) > REMEMBERED:
            del self._spans[next(iter(self._spans))]
        return True

    def _together(self, moment: bytes, number: int) -> tuple[int, int] | None:
        """What the moment spans with this packet; None if something of another lies in between."""
        first, last = (_from(number, end) for end in self._spans[moment])
        first, last = min(first, 0), max(last, 0)
        others = (end for other, span in self._spans.items() if other != moment for end in span)
        if any(first <= _from(number, end) <= last for end in others):
            return None
        return (number + first) % _NUMBERS, (number + last) % _NUMBERS


def _from(number: int, other: int) -> int:
    """How far the other is after `number`; negative if it is before."""
    return (other - number + _NUMBERS // 2) % _NUMBERS - _NUMBERS // 2
