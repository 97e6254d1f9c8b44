"""Which of the sources that send sound is listened to, and where its packets stand in time. Pure; keeps no packet."""

from collections import deque
from typing import Final, NamedTuple

from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.sound_packets import SoundPacket, unwrapped

LEAP: Final = 2 * SAMPLE_RATE  # no network holds a packet back so much longer than the one before
_MOST_LEFT: Final = 16
_LONELY: Final = SAMPLE_RATE // 2


class Place(NamedTuple):
    """A place in time; `anew`: it has nothing to do with those before."""

    at: int
    anew: bool


class Line:
    """Follows one source. Another, or a leap of its clock, is believed from the second packet in a row on.

    So one stray packet changes nothing (RFC 3550, A.1). A source that was left is come back to only when the one after
    it has fallen silent: two that send at once, while one connection takes over from another, are not both heard.
    """

    def __init__(self) -> None:
        self._source: int | None = None
        self._left: deque[int] = deque(maxlen=_MOST_LEFT)
        self._newest = 0
        self._heard_at = 0.0
        self._way = 0.0
        self._next_stranger: tuple[int, int] | None = None

    def place(self, packet: SoundPacket, now: float) -> Place | None:
        """Where a packet belongs that came at `now` (in samples), or None if it is not to be listened to."""
        if self._source is None:
            return self._follow(packet, now)
        at = unwrapped(packet.timestamp, self._newest)
        if packet.source == self._source and abs(now - at - self._way) <= LEAP:
            self._newest, self._way, self._heard_at = max(self._newest, at), now - at, now
            return Place(at, anew=False)
        is_second = self._next_stranger == (packet.source, packet.sequence)
        self._next_stranger = (packet.source, (packet.sequence + 1) % 65_536)
        may_follow = packet.source not in self._left or now - self._heard_at > _LONELY
        return self._follow(packet, now) if is_second and may_follow else None

    def _follow(self, packet: SoundPacket, now: float) -> Place:
        if self._source is not None and self._source != packet.source:
            self._left.append(self._source)
        self._source, self._next_stranger = packet.source, None
        self._newest, self._way, self._heard_at = packet.timestamp, now - packet.timestamp, now
        return Place(packet.timestamp, anew=True)
