"""A line with aiortc's real receivers and sender on it, and bytes that nearly are what a page sends."""

import asyncio
import struct
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import av
import numpy as np
from aiortc import RTCRtpReceiver, RTCRtpSender
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpDecodingParameters,
    RTCRtpHeaderExtensionParameters,
    RTCRtpReceiveParameters,
    RTCRtpRtxParameters,
)
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtpPacket
from hypothesis import strategies as st

from kiosk.media.bounds import bound_aiortc
from kiosk.media.decoders import guard_decoders
from kiosk.media.intake import Intake
from tests.fakes.far_line import CERTIFICATE, NoNetwork

VIDEO, RTX, AUDIO = 97, 98, 96
PICTURES, AGAIN, SOUND, OURS = 1001, 1002, 1003, 2001
_SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
_MID = "urn:ietf:params:rtp-hdrext:sdes:mid"


class Kept(Intake):
    """Keeps what is sent, since there is nobody to send it to."""

    sent: list[bytes]

    async def _send_rtp(self, data: bytes) -> None:
        self.sent.append(data)


class Line:
    """What a laptop has of a call once it is connected: two receivers, one sender, one line. `end` it."""

    def __init__(self) -> None:
        bound_aiortc()
        guard_decoders()
        network: Any = NoNetwork()
        self.line: Any = Kept(network, [CERTIFICATE])
        self.line.sent = []
        self.receivers: list[Any] = []
        self.sender: Any = RTCRtpSender("video", self.line)
        self.sender._ssrc = OURS

    async def begin(self) -> None:
        """Have them listen."""
        vp8 = RTCRtpCodecParameters("video/VP8", 90_000, payloadType=VIDEO)
        rtx = RTCRtpCodecParameters("video/rtx", 90_000, payloadType=RTX, parameters={"apt": VIDEO})
        opus = RTCRtpCodecParameters("audio/opus", 48_000, 2, AUDIO)
        await self._receive("video", [vp8, rtx], RTCRtpDecodingParameters(PICTURES, VIDEO, RTCRtpRtxParameters(AGAIN)))
        await self._receive("audio", [opus], RTCRtpDecodingParameters(SOUND, AUDIO))
        self.line._rtp_router.register_sender(self.sender, ssrc=OURS)
        self.sender._RTCRtpSender__rtx_payload_type = RTX
        history = self.sender._RTCRtpSender__rtp_history
        history.update({number: RtpPacket(VIDEO, 0, number, 0, OURS, bytes(1000)) for number in range(128)})

    async def _receive(
        self, kind: str, codecs: list[RTCRtpCodecParameters], encoding: RTCRtpDecodingParameters
    ) -> None:
        receiver = RTCRtpReceiver(kind, self.line)
        receiver._track = RemoteStreamTrack(kind)
        receiver._set_rtcp_ssrc(9)
        extensions = [RTCRtpHeaderExtensionParameters(1, _MID), RTCRtpHeaderExtensionParameters(3, _SEND_TIME)]
        await receiver.receive(RTCRtpReceiveParameters(codecs, extensions, "0", encodings=[encoding]))
        self.receivers.append(receiver)

    async def hears(self, rtp: Sequence[bytes], rtcp: Sequence[bytes]) -> None:
        """All this comes, decrypted."""
        for each in rtp:
            await self.line._handle_rtp_data(each, 0)
        for each in rtcp:
            await self.line._handle_rtcp_data(each)

    async def end(self) -> None:
        """Stop; raises TimeoutError if that hangs."""
        async with asyncio.timeout(5):
            for receiver in self.receivers:
                await receiver.stop()


def _key_frame() -> bytes:
    coder = av.CodecContext.create("libvpx", "w")
    coder.width, coder.height, coder.pix_fmt, coder.time_base = 64, 64, "yuv420p", Fraction(1, 30)
    grey = av.VideoFrame.from_ndarray(np.full((96, 64), 128, np.uint8), format="yuv420p")
    grey.pts, grey.time_base = 0, coder.time_base
    return b"".join(bytes(packet) for packet in [*coder.encode(grey), *coder.encode(None)])


def _sound() -> bytes:
    coder = av.CodecContext.create("libopus", "w")
    coder.format, coder.layout, coder.sample_rate = "s16", "stereo", 48_000
    frame = av.AudioFrame.from_ndarray(np.full((1, 1920), 500, np.int16), format="s16", layout="stereo")
    frame.sample_rate, frame.pts, frame.time_base = 48_000, 0, Fraction(1, 48_000)
    return bytes([*coder.encode(frame), *coder.encode(None)][0])


KEY_FRAME, A_SOUND = _key_frame(), _sound()


@st.composite
def bent(draw: st.DrawFn, whole: bytes) -> bytes:
    """`whole`, with a few bytes changed, its end cut off or something added."""
    data = bytearray(whole)
    for at, value in draw(st.lists(st.tuples(st.integers(0, len(data) - 1), st.integers(0, 255)), max_size=4)):
        data[at] = value
    return bytes(data[: draw(st.integers(0, len(data)) | st.just(len(data)))]) + draw(st.binary(max_size=8))


payloads = (
    bent(b"\x10" + KEY_FRAME) | bent(b"\x90\xf0\x80\x01\x01\x20" + KEY_FRAME) | bent(A_SOUND) | st.binary(max_size=60)
)


@st.composite
def rtp(draw: st.DrawFn) -> bytes:
    """A packet of pictures, sound or what is sent again, which leaps, lies or is broken."""
    kind, source = draw(st.sampled_from([(VIDEO, PICTURES), (RTX, AGAIN), (AUDIO, SOUND), (VIDEO, 5), (3, 6)]))
    number = draw(st.integers(0, 40) | st.integers(0, 65_535))
    moment = draw(st.integers(0, 9).map(lambda n: n * 3000) | st.integers(0, 0xFFFFFFFF))
    packet = RtpPacket(kind, draw(st.integers(0, 1)), number, moment, source, draw(payloads)).serialize()
    extension = draw(
        st.none() | st.sampled_from([b"\x30\xff", b"\x32abc", b"\x33abcd", b"\x10\xff"]) | st.binary(max_size=24)
    )
    if extension is not None:
        size = draw(st.just((len(extension) + 3) // 4) | st.integers(0, 65_535))
        head = struct.pack("!HH", draw(st.sampled_from([0xBEDE, 0x1000])), size)
        packet = (
            bytes([packet[0] | 0x10])
            + packet[1:12]
            + head
            + extension.ljust(-(-len(extension) // 4) * 4, b"\0")
            + packet[12:]
        )
    return draw(bent(packet)) if draw(st.booleans()) else packet


@st.composite
def rtcp(draw: st.DrawFn) -> bytes:
    """Reports or requests in one packet, which are about our sources or others, and lie or are broken."""
    parts = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([200, 201, 202, 203, 205, 206, 206, 207]))
        count = draw(st.sampled_from([1, 4, 15]) | st.integers(0, 31))
        sources = draw(st.lists(st.sampled_from([OURS, PICTURES, SOUND, 0, 5]), min_size=2, max_size=2 + kind % 3))
        body = b"".join(struct.pack("!L", source) for source in sources) + draw(
            st.sampled_from([b"", b"REMB\x01\xff\xff\xff", b"REMB\xff\0\0\0", b"\0\x10\xff\xff" * 20])
            | st.binary(max_size=60)
        )
        body = body.ljust(-(-len(body) // 4) * 4, b"\0")
        size = draw(st.just(len(body) // 4) | st.integers(0, 65_535))
        parts.append(struct.pack("!BBH", 0x80 | count, kind, size) + body)
    return b"".join(parts)


streams = st.tuples(st.lists(rtp(), max_size=25), st.lists(rtcp(), max_size=8))


async def outlives(rtp_packets: Sequence[bytes], rtcp_packets: Sequence[bytes]) -> None:
    """All this comes, and the line goes on, keeps no more than its bounds, and ends when told to."""
    line = Line()
    await line.begin()
    try:
        await line.hears(rtp_packets, rtcp_packets)
        assert line.line.too_much is None, "so few are never too much"
        assert len(line.line.sent) < 1000
        for receiver in line.receivers:
            nacks = receiver._RTCRtpReceiver__nack_generator
            assert nacks is None or len(nacks.missing) <= 128
            for statistics in receiver._RTCRtpReceiver__remote_streams.values():
                assert 0 <= statistics.jitter <= 0xFFFFFFFF
    finally:
        await line.end()
