"""The far end of an encrypted line, without a network: what it says is handed to aiortc as if it had been decrypted."""

from typing import Any

from aiortc import RTCCertificate
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtp import AnyRtcpPacket, RtpPacket

CERTIFICATE = RTCCertificate.generateCertificate()


class NoNetwork:
    """Stands where the ICE transport stands."""

    role = "controlling"
    state = "completed"


class Recipient:
    """A sender or receiver that keeps what it is handed, and breaks when it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.packets: list[RtpPacket] = []
        self.asked: list[Any] = []
        self.error = error

    async def _handle_rtp_packet(self, packet: RtpPacket, arrival_time_ms: int) -> None:
        if self.error is not None:
            raise self.error
        self.packets.append(packet)

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if self.error is not None:
            raise self.error
        self.asked.append(packet)

    def _handle_disconnect(self) -> None:
        pass


def line_with(kind: type[RTCDtlsTransport], recipient: Recipient, ssrc: int = 7, payload_type: int = 97) -> Any:
    """A line of this `kind`, on which `recipient` is all there is; Any, since what is called is aiortc's own."""
    network: Any = NoNetwork()
    line = kind(network, [CERTIFICATE])
    whoever: Any = recipient
    line._rtp_router.register_receiver(whoever, ssrcs=[ssrc], payload_types=[payload_type], mid="0")
    line._rtp_router.register_sender(whoever, ssrc=ssrc)
    return line
