"""Loss and round-trip time out of aiortc's statistics; arithmetic only."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, NamedTuple

from aiortc.stats import RTCInboundRtpStreamStats, RTCRemoteInboundRtpStreamStats, RTCStats

WINDOW: Final = 11  # readings half a second apart: five seconds


class Packets(NamedTuple):
    """Totals of one direction."""

    received: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """How the connection is: the worse direction's loss, and the time there and back (None before the first report)."""

    loss_percent: float = 0.0
    rtt_ms: float | None = None
    far_video_packets: int = 0  # of ours that the far side has received, by its receiver reports (RFC 3550, 6.4)
    far_audio_packets: int = 0


class QualityWindow:
    """Keeps the readings of the last five seconds."""

    def __init__(self) -> None:
        self._inbound: deque[Packets] = deque(maxlen=WINDOW)
        self._outbound: deque[Packets] = deque(maxlen=WINDOW)

    def read(self, stats: Iterable[RTCStats]) -> Quality:
        """Add one reading; say how the connection is."""
        known = list(stats)
        inbound = [s for s in known if isinstance(s, RTCInboundRtpStreamStats)]
        outbound = [s for s in known if isinstance(s, RTCRemoteInboundRtpStreamStats)]
        self._inbound.append(_total(inbound))
        self._outbound.append(_total(outbound))
        times = [s.roundTripTime for s in outbound if s.roundTripTime is not None]
        return Quality(
            loss_percent=max(_loss(self._inbound), _loss(self._outbound)),
            rtt_ms=max(0.0, 1000 * max(times)) if times else None,
            far_video_packets=_far(outbound, "video"),
            far_audio_packets=_far(outbound, "audio"),
        )


def _far(streams: Iterable[RTCRemoteInboundRtpStreamStats], kind: str) -> int:
    return max(0, sum(stream.packetsReceived for stream in streams if stream.kind == kind))


def _total(streams: Iterable[RTCInboundRtpStreamStats | RTCRemoteInboundRtpStreamStats]) -> Packets:
    pairs = [(s.packetsReceived, s.packetsLost) for s in streams]
    return Packets(sum(p[0] for p in pairs), sum(p[1] for p in pairs))


def _loss(readings: deque[Packets]) -> float:
    received = readings[-1].received - readings[0].received
    lost = readings[-1].lost - readings[0].lost
    expected = received + lost
    return min(100.0, max(0.0, 100 * lost / expected)) if expected > 0 else 0.0
