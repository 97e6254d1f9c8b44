"""What aiortc keeps and reckons for one kind of media that it receives, with bounds. Decodes nothing, sends nothing."""

import queue
from types import SimpleNamespace
from typing import Any, Final

import aiortc.rtcrtpreceiver
from aiortc.rtcrtpreceiver import NackGenerator, StreamStatistics
from aiortc.rtp import RTP_HISTORY_SIZE, RtpPacket
from aiortc.utils import uint16_add, uint16_gt

MOST_UNDECODED: Final = 300  # ten seconds of pictures, six of sound
_MOST_JITTER: Final = 0xFFFFFFFF  # RFC 3550, 6.4.1: four bytes


class BoundedNacks(NackGenerator):
    """Which packets are missing. A leap of the numbers costs no more than what would be asked for again."""

    def add(self, packet: RtpPacket) -> bool:
        """As in aiortc, which counts up to 32,767 numbers for one packet and then forgets all but the last few."""
        number = packet.sequence_number
        if self.max_seq is not None and uint16_gt(number, uint16_add(self.max_seq, RTP_HISTORY_SIZE + 1)):
            self.missing.clear()
            self.max_seq = uint16_add(number, -RTP_HISTORY_SIZE - 1)
        return super().add(packet)


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
        if item is None or self.qsize() <= MOST_UNDECODED:
            super().put(item, block, timeout)


def bound_reception() -> None:
    """Have every new receiver use them. Safe twice. Can go once aiortc has bounds of its own."""
    for name, bounded in {
        "NackGenerator": BoundedNacks,
        "StreamStatistics": BoundedStatistics,
        "queue": SimpleNamespace(Queue=Undecoded),
    }.items():
        setattr(aiortc.rtcrtpreceiver, name, bounded)
