"""A visitor's end of a real call with the real media room, used for what no page would send."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiortc.rtp import RtpPacket

from kiosk.media.facts import OfferMade
from tests.integration.media.laptop import Laptop, started
from tests.integration.media.visitor import GreenSquare, Tone, Visitor


@asynccontextmanager
async def connected(picture: GreenSquare | None = None) -> AsyncIterator[tuple[Laptop, Visitor]]:
    """A call that runs."""
    async with started() as laptop:
        visitor = laptop.invite(picture or GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        await laptop.measured(lambda m: m.received_video_frames > 0)
        yield laptop, visitor


async def serves_another(laptop: Laptop) -> None:
    """The room is as good as ever."""
    laptop.connect("session-2")
    assert (await laptop.next(OfferMade)).session == "session-2"


class Sender:
    """The visitor's end of the encrypted line, used for what no page would send."""

    def __init__(self, visitor: Visitor) -> None:
        sender: Any
        (sender,) = [each for each in visitor.connection.getSenders() if each.track and each.track.kind == "video"]
        self._visitor = visitor
        self._line: Any = sender.transport
        self.source: int = sender._ssrc
        sdp = visitor.connection.localDescription.sdp
        (vp8,), (opus,) = re.findall(r"a=rtpmap:(\d+) VP8", sdp), re.findall(r"a=rtpmap:(\d+) opus", sdp)
        self._vp8, self._opus = int(vp8), int(opus)
        sent: dict[int, RtpPacket] = sender._RTCRtpSender__rtp_history
        newest = max(sent.values(), key=lambda packet: packet.timestamp)
        self._number = newest.sequence_number + 1000  # ahead of it, or libsrtp takes ours for old ones
        offer = visitor.connection.remoteDescription.sdp
        self.theirs = int(re.findall(r"a=ssrc:(\d+)", offer[offer.index("m=video") :])[0])  # the laptop's pictures

    async def picture(self, payload: bytes, ssrc: int | None = None, time_: int = 0) -> None:
        """A packet of a picture."""
        self._number += 1
        packet = RtpPacket(self._vp8, 1, self._number % 65536, time_, ssrc or self.source, payload)
        await self._line._send_rtp(packet.serialize())

    async def sound(self, payload: bytes, time_: int = 0) -> None:
        """A packet of sound, of a source of its own."""
        self._number += 1
        await self._line._send_rtp(RtpPacket(self._opus, 0, self._number % 65536, time_, 77, payload).serialize())

    async def encrypted(self, packet: bytes) -> None:
        """An RTP or RTCP packet, as it is."""
        await self._line._send_rtp(packet)

    async def keeps_sending(self, packet: bytes) -> None:
        """The same again and again, as fast as this process can, until cancelled or the line is gone."""
        while True:
            for _ in range(20):
                await self.encrypted(packet)
            await asyncio.sleep(0.001)

    async def datagram(self, data: bytes) -> None:
        """A datagram, as it is."""
        await self._line.transport._send(data)

    def from_elsewhere(self, data: bytes) -> None:
        """A datagram to the same port from an address that nobody has named."""
        to = self._line.transport._connection._nominated[1].remote_addr
        family = socket.AF_INET6 if ":" in to[0] else socket.AF_INET  # whichever of them was the first to work
        with socket.socket(family, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(data, to)

    async def newest_heard(self) -> int:
        """The number of the newest packet of the laptop's pictures, once there is one."""
        receiver: Any = next(
            each.receiver for each in self._visitor.connection.getTransceivers() if each.kind == "video"
        )
        heard: Any = receiver._RTCRtpReceiver__nack_generator
        while heard.max_seq is None:  # noqa: ASYNC110 - aiortc says nothing when it comes
            await asyncio.sleep(0.01)
        return int(heard.max_seq)

    def received(self) -> int:
        """How many datagrams have come from the laptop."""
        packets: int = self._line._RTCDtlsTransport__rx_packets
        return packets
