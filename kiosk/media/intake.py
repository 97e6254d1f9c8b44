"""What is let on to aiortc of the packets that did come from the far side: floods, lies and nonsense are not.

aiortc ends a call at the first packet that breaks its parser, sends again whatever it is asked for however often, and
works on pictures at any rate. Here a broken packet is dropped, what is asked for has a bound, and a flood has an end.
"""

from typing import Any, Final

import aiortc.rtcpeerconnection
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtp import AnyRtcpPacket, RtcpPacket, RtcpRtpfbPacket

from kiosk.media.allowance import Allowance
from kiosk.media.sources import MOST_SOURCES

PACKETS_A_SECOND: Final = 2000  # a call of 2 Mbit/s has 300
MOMENTS_A_SECOND: Final = 300  # pictures and pieces of sound: 30 and 50, each perhaps twice, at most 60 and 100
CONTROL_A_SECOND: Final = 200  # RTCP packets; the rest is dropped, and what they ask for is asked again
RESENT_A_SECOND: Final = 300  # packets of ours: as many as a call has
MOST_BROKEN: Final = 100  # packets that no page sends
_TIMESTAMP: Final = slice(4, 8)  # RFC 3550, 5.1
_SOURCE: Final = slice(8, 12)


class Intake(RTCDtlsTransport):
    """The encrypted line of a connection. `too_much` is what there is too much of; from then on all is dropped."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.too_much: str | None = None
        self.broken = 0
        self._packets = Allowance(PACKETS_A_SECOND, 2 * PACKETS_A_SECOND)
        self._moments = Allowance(MOMENTS_A_SECOND, 3 * MOMENTS_A_SECOND)
        self._control = Allowance(CONTROL_A_SECOND, 2 * CONTROL_A_SECOND)
        self._resent = Allowance(RESENT_A_SECOND, RESENT_A_SECOND)
        self._moment_of: dict[bytes, bytes] = {}

    async def _handle_rtp_data(self, data: bytes, arrival_time_ms: int) -> None:
        if not self._takes() or not self._takes_moment(data):
            return
        try:
            await super()._handle_rtp_data(data, arrival_time_ms)
        except ConnectionError:
            raise
        except Exception:  # struct.error and whatever else wrong bytes make Python raise: it would end the line
            self._drop_broken()

    async def _handle_rtcp_data(self, data: bytes) -> None:
        """As in aiortc, except for what is dropped."""
        if not self._takes() or not self._control.take():
            return
        try:
            for packet in RtcpPacket.parse(data):
                self._bound(packet)
                for recipient in self._rtp_router.route_rtcp(packet):
                    await recipient._handle_rtcp_packet(packet)
        except ConnectionError:
            raise
        except Exception:  # as above
            self._drop_broken()

    def _takes(self) -> bool:
        if self.too_much is None and not self._packets.take():
            self.too_much = "the other side sends more packets than a call has"
        return self.too_much is None

    def _takes_moment(self, data: bytes) -> bool:
        """Whether this packet belongs to a picture or a piece of sound that may come already."""
        source, moment = data[_SOURCE], data[_TIMESTAMP]
        if self._moment_of.get(source) == moment:
            return True
        if len(self._moment_of) > MOST_SOURCES:
            self._moment_of.clear()
        self._moment_of[source] = moment
        if not self._moments.take():
            self.too_much = "the other side sends more pictures or sound than a call has"
        return self.too_much is None

    def _bound(self, packet: AnyRtcpPacket) -> None:
        """Send again each packet once, and only so many a second, whoever asks how often."""
        if isinstance(packet, RtcpRtpfbPacket):
            packet.lost = [number for number in dict.fromkeys(packet.lost) if self._resent.take()]

    def _drop_broken(self) -> None:
        self.broken += 1
        if self.broken > MOST_BROKEN:
            self.too_much = "the other side sends packets that make no sense"


def bound_intake() -> None:
    """Have every new connection use it. Safe twice. Can go once aiortc has bounds of its own."""
    setattr(aiortc.rtcpeerconnection, "RTCDtlsTransport", Intake)  # noqa: B010 - a class is no variable to mypy
