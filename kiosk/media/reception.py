"""What aiortc keeps and reckons for one kind of media that it receives, with bounds. Decodes nothing, sends nothing."""

import queue
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Final

import aiortc.rtcrtpreceiver
from aiortc.rtcrtpreceiver import NackGenerator, StreamStatistics
from aiortc.rtp import RTP_HISTORY_SIZE, RtpPacket
from aiortc.utils import uint16_add, uint16_gt

from kiosk.media.picture_buffer import PATIENCE_S, Whole, buffer_for

# Seconds from one request for a packet to the next. The second is for a request that was lost itself; then a round trip
# within the country, and longer for those that are longer. Who is asked too soon passes over it (libwebrtc does).
AGAIN_S: Final = (0.025, 0.06, 0.09, 0.135, 0.2)
MOST_UNDECODED: Final = 300  # ten seconds of pictures, six of sound
_AT_ONCE: Final = (float("-inf"), 0)
_MOST_JITTER: Final = 0xFFFFFFFF  # RFC 3550, 6.4.1: four bytes


class BoundedNacks(NackGenerator):
    """Which packets to ask for again. Each at once, then ever later until nobody waits for it any more.

    aiortc asks for all that is missing whenever one more is: on a full line that alone sent twice what it carries.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._now = now
        self._lost: dict[int, float] = {}  # the number, and since when
        self._due: dict[int, tuple[float, int]] = {}  # when to ask again, and how often it has been asked for

    def add(self, packet: RtpPacket) -> bool:
        """One packet came: whether to ask for `missing`. A leap of the numbers costs no more than is remembered."""
        number, now = packet.sequence_number, self._now()
        newest = number if self.max_seq is None else self.max_seq
        if uint16_gt(number, newest):
            first = uint16_add(newest, 1)
            if uint16_gt(number, uint16_add(newest, RTP_HISTORY_SIZE + 1)):
                self._lost.clear()
                first = uint16_add(number, -RTP_HISTORY_SIZE)
            while first != number:
                self._lost[first] = now
                first = uint16_add(first, 1)
            newest = number
        else:
            self._lost.pop(number, None)
        self.max_seq = newest
        self._forget(now)
        self.missing = {each for each in self._lost if now >= self._due.get(each, _AT_ONCE)[0]}
        for each in self.missing:
            times = self._due.get(each, _AT_ONCE)[1]
            self._due[each] = now + AGAIN_S[min(times, len(AGAIN_S) - 1)], times + 1
        return bool(self.missing)

    def _forget(self, now: float) -> None:
        late = [each for each, since in self._lost.items() if now - since > PATIENCE_S]
        for each in (*late, *list(self._lost)[: max(0, len(self._lost) - RTP_HISTORY_SIZE)]):
            self._lost.pop(each, None)
        self._due = {each: due for each, due in self._due.items() if each in self._lost}


class BoundedStatistics(StreamStatistics):
    """What a receiver report says. One that does not fit would end the reports, and then the connection cannot end."""

    @property
    def jitter(self) -> int:
        """At most what a report can say, whatever the far side stamps its packets with."""
        return min(super().jitter, _MOST_JITTER)


class Undecoded(queue.Queue[Any]):
    """What waits for a decoder: so much and no more. Told to end, it forgets the rest: nobody waits for old pictures.

    aiortc ends a decoder by a None behind all that waits, and holds up its loop until that is reached.
    """

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Add `item`; one too many is dropped, which breaks the picture until the session ends for it."""
        if item is None:
            with self.mutex:
                self.queue.clear()
            super().put(item, block, timeout)
            return
        for each in _one_by_one(item):
            if self.qsize() <= MOST_UNDECODED:
                super().put(each, block, timeout)


def _one_by_one(item: Any) -> list[Any]:
    """What aiortc hands on is a codec and a frame; a picture may have others behind it."""
    match item:
        case (codec, Whole() as first):
            return [(codec, each) for each in first.in_order()]
        case _:
            return [item]


def bound_reception() -> None:
    """Have every new receiver use them. Safe twice. Can go once aiortc has bounds of its own."""
    for name, bounded in {
        "NackGenerator": BoundedNacks,
        "StreamStatistics": BoundedStatistics,
        "queue": SimpleNamespace(Queue=Undecoded),
        "JitterBuffer": buffer_for,
    }.items():
        setattr(aiortc.rtcrtpreceiver, name, bounded)
