"""Puts the packets of VP8 pictures in order. One that does not come again in time is given up for the next key frame.

It takes the place of aiortc's buffer, which waits for a lost packet until 512 more have come, ten seconds on a narrow
line; gives one picture for each packet, so that what once waited stays late for good; and knows that a picture is whole
only by the next one. Decodes nothing; times are seconds of a clock that never steps.
"""

import time
from collections.abc import Callable
from typing import Final

from aiortc.jitterbuffer import JitterBuffer, JitterFrame
from aiortc.rtp import RtpPacket

PATIENCE_S: Final = 0.9  # where a fifth gets lost, some come only when asked for the sixth time
ASKS_EVERY_S: Final = 0.5  # while there is no key frame
MOST_PACKETS: Final = 512
_KEY_FRAME: Final = -1  # in the place of a packet's number
_NUMBERS: Final = 1 << 16
_TIMES: Final = 1 << 32


class Whole(JitterFrame):
    """A picture, and those that became whole with it, in order."""

    def __init__(self, data: bytes, timestamp: int) -> None:
        super().__init__(data, timestamp)
        self._stamped = timestamp
        self.behind: list[Whole] = []

    def in_order(self) -> "list[Whole]":
        """This one and those behind it, which get the time that this one has been given meanwhile."""
        for each in self.behind:
            each.timestamp = self.timestamp + (each._stamped - self._stamped) % _TIMES
        return [self, *self.behind]


class PictureBuffer:
    """Of one receiver of pictures."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._packets: dict[int, RtpPacket] = {}
        self._next: int | None = None  # the next picture's first packet; None: no key frame has begun
        self._newest: int | None = None
        self._hole: tuple[int, float] | None = None  # which packet is waited for, and since when
        self._asked_at = float("-inf")

    def add(self, packet: RtpPacket) -> tuple[bool, Whole | None]:
        """One packet came: whether to ask for a key frame, and what is whole now."""
        now, number = self._now(), packet.sequence_number
        if self._newest is not None and _apart(number, self._newest) >= MOST_PACKETS:
            self._start_over()  # the far side counts anew
        if self._next is not None and _is_after(self._next, number):
            return False, None  # too late, or twice
        self._packets[number] = packet
        if self._newest is None or _is_after(number, self._newest):
            self._newest = number
        if self._next is None and _begins_key_frame(packet):
            self._begin_at(number)
        whole = self._taken()
        if self._is_tired(now):
            self._give_up(now)
            whole += self._taken()
        if whole:
            whole[0].behind = whole[1:]
        return self._asks(now), whole[0] if whole else None

    def _taken(self) -> list[Whole]:
        found = []
        while (picture := self._first()) is not None:
            for each in picture:
                del self._packets[each.sequence_number]
            self._next = _following(picture[-1].sequence_number)
            if data := b"".join(_data(each) for each in picture):  # mere padding has none
                found.append(Whole(data, picture[0].timestamp))
        return found

    def _first(self) -> list[RtpPacket] | None:
        """The packets of the next picture, if it is whole: by its mark (RFC 7741, 4.1), or by what follows."""
        run: list[RtpPacket] = []
        number = self._next
        while number is not None and (packet := self._packets.get(number)) is not None:
            if run and packet.timestamp != run[0].timestamp:
                return run
            run.append(packet)
            if packet.marker:
                return run
            number = _following(number)
        return None

    def _is_tired(self, now: float) -> bool:
        """Whether a packet has been waited for too long, or too many wait behind it."""
        waits_for = self._missing()
        if waits_for is None:
            self._hole = None
        elif self._hole is None or self._hole[0] != waits_for:
            self._hole = waits_for, now
        is_long = self._hole is not None and now - self._hole[1] > PATIENCE_S
        return self._next is not None and (is_long or len(self._packets) >= MOST_PACKETS)

    def _missing(self) -> int | None:
        """The first packet that others wait for, if they do."""
        if self._next is None:
            return _KEY_FRAME
        number = self._next
        while number in self._packets:
            number = _following(number)
        return number if self._newest is not None and _is_after(self._newest, number) else None

    def _give_up(self, now: float) -> None:
        """Go on with the next key frame that has begun to come, else wait for one."""
        first = self._next
        assert first is not None
        in_order = sorted(self._packets, key=lambda number: (number - first) % _NUMBERS)
        begins = next((n for n in in_order if n != first and _begins_key_frame(self._packets[n])), None)
        self._hole = None
        if begins is None:
            self._start_over()
            self._asked_at = float("-inf")
        else:
            self._begin_at(begins)

    def _begin_at(self, number: int) -> None:
        self._next, self._hole = number, None
        self._packets = {n: packet for n, packet in self._packets.items() if not _is_after(number, n)}

    def _start_over(self) -> None:
        self._packets.clear()
        self._next = self._newest = self._hole = None

    def _asks(self, now: float) -> bool:
        if len(self._packets) >= MOST_PACKETS:
            self._start_over()
        if self._next is not None or now - self._asked_at < ASKS_EVERY_S:
            return False
        if self._asked_at == float("-inf") and self._hole is not None and now - self._hole[1] < PATIENCE_S:
            return False  # the first packet of all may be on its way again
        self._asked_at = now
        return True


def buffer_for(capacity: int, prefetch: int = 0, is_video: bool = False) -> PictureBuffer | JitterBuffer:
    """What aiortc's receiver asks for."""
    return PictureBuffer() if is_video else JitterBuffer(capacity, prefetch)


def _begins_key_frame(packet: RtpPacket) -> bool:
    """By the payload's descriptor (RFC 7741, 4.2: start of the first partition) and header (4.3)."""
    data = _data(packet)
    return bool(packet.payload) and packet.payload[0] & 0x17 == 0x10 and bool(data) and not data[0] & 1


def _data(packet: RtpPacket) -> bytes:
    """The payload without its descriptor, as aiortc's receiver leaves it."""
    return bytes(getattr(packet, "_data", b""))


def _following(number: int) -> int:
    return (number + 1) % _NUMBERS


def _is_after(one: int, other: int) -> bool:
    return 0 < (one - other) % _NUMBERS < _NUMBERS // 2


def _apart(one: int, other: int) -> int:
    return min((one - other) % _NUMBERS, (other - one) % _NUMBERS)
