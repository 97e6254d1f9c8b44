"""Attack: a visitor's page that sends what no page should, over a real connection to the real media room.

That session ends, or what was sent is dropped; the room lives, and the next session is served.
"""

import os
import resource
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import cast

import pytest
from aiortc.rtcdtlstransport import RtpReceiver, RtpRouter
from aiortc.rtp import RtpPacket

from kiosk.media import far_words, leg
from kiosk.media.facts import Measured, OfferMade, SessionFailed
from kiosk.media.sources import MOST_SOURCES, BoundedRouter
from tests.attacks.far_side import Sender, connected, serves_another
from tests.integration.media.laptop import started
from tests.integration.media.visitor import GreenSquare, Tone

pytestmark = pytest.mark.slow

LINES = {
    "sources": "a=ssrc:{} cname:a\r\n",
    "candidates": "a=candidate:{} 1 udp 1 192.0.2.1 9 typ host\r\n",
    "anything": "a=x:{}\r\n",
}
APPLICATION = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:2\r\na=sctp-port:5000\r\n"

DECODE_8K = """
import struct, sys
from pathlib import Path
from fractions import Fraction
import av, numpy as np
from aiortc.codecs.vpx import Vp8Decoder
from aiortc.jitterbuffer import JitterFrame
from kiosk.media.decoders import GuardedDecoder

coder = av.CodecContext.create("libvpx", "w")
coder.width, coder.height, coder.pix_fmt, coder.time_base = 64, 64, "yuv420p", Fraction(1, 30)
grey = av.VideoFrame.from_ndarray(np.full((96, 64), 128, np.uint8), format="yuv420p")
grey.pts, grey.time_base = 0, coder.time_base
small = b"".join(bytes(packet) for packet in [*coder.encode(grey), *coder.encode(None)])
huge = small[:6] + struct.pack("<HH", 9000, 9000) + small[10:]
decoder = Vp8Decoder() if sys.argv[1] == "plain" else GuardedDecoder(Vp8Decoder(), is_vp8=True)
def most():  # ru_maxrss would begin with what the process that started this one had
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024

before = most()
try:
    decoder.decode(JitterFrame(huge, 0))
except av.FFmpegError:
    pass
print(most() - before)
"""


@pytest.fixture(autouse=True)
def _application_first(qapp: object) -> None:
    """Qt's application is made on the main thread before any media, as in the shell."""


# ---- words ----


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
async def test_a_huge_answer_ends_its_session_at_once_and_nothing_else(line: str) -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        answer = await visitor.answer((await laptop.next(OfferMade)).sdp)
        huge = answer + "".join(line.format(n) for n in range(200_000))
        laptop.room.answer("session-1", huge)
        assert (await laptop.next(SessionFailed)).session == "session-1"  # aiortc would read it for minutes
        await serves_another(laptop)


def test_without_the_limits_a_huge_answer_takes_time_that_grows_with_its_square(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(far_words, "LONGEST_SDP", 10**9)
    monkeypatch.setattr(far_words, "MOST_SOURCE_LINES", 10**9)
    assert _seconds_for(8_000) > 2.5 * _seconds_for(4_000)


def _seconds_for(sources: int) -> float:
    section = "m=video 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=sendonly\r\na=mid:0\r\na=rtpmap:96 VP8/90000\r\n"
    keys = f"a=ice-ufrag:abcd\r\na=ice-pwd:{'a' * 24}\r\na=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\n"
    lines = "".join(LINES["sources"].format(n) for n in range(sources))
    began = time.process_time()
    far_words.check_answer(
        f"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n{section}{keys}a=setup:active\r\n{lines}",
        ["video"],
        we_send=False,
    )
    return time.process_time() - began


async def test_a_data_channel_is_refused() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp) + APPLICATION)
        assert (await laptop.next(SessionFailed)).text == "the answer has other media than the offer"
        await serves_another(laptop)


async def test_ten_thousand_candidates_end_the_session_and_nothing_else() -> None:
    async with started() as laptop:
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        for number in range(10_000):
            laptop.room.candidate("session-1", f"candidate:{number} 1 udp 1 192.0.2.1 9 typ host", "0")
        assert (await laptop.next(SessionFailed)).text == "The other side sent too many messages."
        await serves_another(laptop)


async def test_without_the_limits_every_candidate_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leg, "MOST_CANDIDATES", 10**9)
    monkeypatch.setattr(leg, "MOST_MESSAGES", 10**9)
    async with started() as laptop:
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        for number in range(1000):
            laptop.room.candidate("session-1", f"candidate:{number} 1 udp 1 192.0.2.1 9 typ host", "0")
        assert SessionFailed not in map(type, await laptop.until(Measured))


# ---- media ----


async def test_pictures_larger_than_a_call_needs_end_the_session() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(2560, 1440), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        assert (await laptop.next(SessionFailed)).text == "a picture of 2560x1440"
        await serves_another(laptop)


async def test_ten_bytes_that_name_a_huge_picture_end_the_session_before_it_is_decoded() -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        huge = b"\x10" + b"\x10\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 16_000, 16_000) + bytes(100)
        for number in range(3):
            await sender.picture(huge, time_=number * 3000)
        assert (await laptop.next(SessionFailed)).text == "a picture of 16000x16000"
        await serves_another(laptop)


@pytest.mark.parametrize(("decoder", "grows"), [("guarded", False), ("plain", True)])
def test_a_decoder_asked_for_a_huge_picture_takes_hundreds_of_megabytes_unless_it_is_guarded(
    decoder: str, grows: bool
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DECODE_8K, decoder], capture_output=True, text=True, check=True, timeout=30
    )
    assert (int(done.stdout) > 100) is grows


async def test_pictures_that_are_noise_are_dropped_or_end_the_session_and_memory_stays() -> None:
    async with connected() as (laptop, visitor):
        sender, before = Sender(visitor), _megabytes()
        for number in range(3000):
            await sender.picture(os.urandom(1 + number % 1200), time_=number * 3000)
            await sender.datagram(os.urandom(1 + number % 400))
        await laptop.until(Measured)
        assert _megabytes() - before < 100
        await serves_another(laptop)


async def test_pictures_from_sources_without_end_end_the_session() -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        for number in range(400):
            await sender.picture(b"\x10" + bytes(20), ssrc=1_000_000 + number)
        assert "sources" in (await laptop.next(SessionFailed)).text
        await serves_another(laptop)


@pytest.mark.parametrize(("router", "kept"), [(RtpRouter, 400), (BoundedRouter, MOST_SOURCES)])
def test_without_the_bound_every_source_is_kept_for_good(router: type[RtpRouter], kept: int) -> None:
    route, receiver = router(), cast(RtpReceiver, object())
    route.register_receiver(receiver, ssrcs=[1], payload_types=[97], mid="0")
    for number in range(400):
        route.route_rtp(RtpPacket(payload_type=97, ssrc=1 + number))
    assert len(route.ssrc_table) == kept


def _megabytes() -> int:
    """What this process has in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() // 2**20
