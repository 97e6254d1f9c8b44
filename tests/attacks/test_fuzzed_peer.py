"""Attack: thousands of packets, pictures, pieces of sound and answers that are nearly right, the same each time."""

import asyncio
import contextlib
import functools
import re

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import depayload
from aiortc.codecs.opus import OpusDecoder
from aiortc.codecs.vpx import Vp8Decoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av import FFmpegError, VideoFrame
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import Untrusted
from kiosk.media.decoders import MOST_PIXELS, GuardedDecoder, Refusal
from kiosk.media.far_words import check_answer
from kiosk.media.peer import Peer
from tests.fakes.fuzzed_line import A_SOUND, KEY_FRAME, bent, outlives, streams

pytestmark = pytest.mark.slow

many = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)
VP8 = RTCRtpCodecParameters("video/VP8", 90_000, payloadType=97)
VALUES = ("", "0", "-1", "65536", "99999999999999999999", "a=b", "\0", "é", "127.0.0.1", "VP8/90000", "x" * 300)


@settings(many, max_examples=120)
@given(streams)
def test_nearly_right_packets_are_taken_or_dropped(packets: tuple[list[bytes], list[bytes]]) -> None:
    asyncio.run(outlives(*packets))


@settings(many, max_examples=300)
@given(st.lists(bent(KEY_FRAME) | bent(b"\x11" + KEY_FRAME[1:]), min_size=1, max_size=4))
def test_nearly_right_pictures_are_shown_or_refused(pictures: list[bytes]) -> None:
    decoder = GuardedDecoder(Vp8Decoder(), is_vp8=True)
    for picture in pictures:
        with contextlib.suppress(FFmpegError):
            for made in decoder.decode(JitterFrame(picture, 0)):
                assert isinstance(made, Refusal) or (
                    isinstance(made, VideoFrame) and made.width * made.height <= MOST_PIXELS
                )


@settings(many, max_examples=300)
@given(st.lists(bent(A_SOUND) | st.binary(max_size=100), min_size=1, max_size=4))
def test_nearly_right_sound_is_heard_or_refused(sounds: list[bytes]) -> None:
    decoder = GuardedDecoder(OpusDecoder(), is_vp8=False)
    for sound in sounds:
        with contextlib.suppress(FFmpegError):
            for made in decoder.decode(JitterFrame(sound, 0)):
                assert isinstance(made, Refusal) or made.samples <= 5760  # 120 ms: RFC 6716, 2.1.4


@settings(many, max_examples=500)
@given(st.binary(max_size=40))
def test_any_payload_is_unpacked_or_refused(payload: bytes) -> None:
    with contextlib.suppress(ValueError):
        depayload(VP8, payload)


@st.composite
def bent_words(draw: st.DrawFn, words: str) -> str:
    """Lines of `words`, some of them left out, twice, elsewhere, or with another value."""
    lines = words.splitlines()
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(lines) - 1))
        match draw(st.integers(0, 3)):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(draw(st.integers(0, len(lines))), lines[at])
            case 2:
                lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
            case _:
                value = draw(st.sampled_from(VALUES) | st.text(max_size=10))
                lines[at] = re.sub(r"[^\s:=]+$", "", lines[at]) + value
    return "\r\n".join(lines) + "\r\n"


async def an_answer() -> str:
    async with offering() as (_peer, offer):
        page = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        await page.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await page.setLocalDescription(await page.createAnswer())
        await page.close()
        return page.localDescription.sdp


@contextlib.asynccontextmanager
async def offering():  # type: ignore[no-untyped-def]  # a peer and its offer
    peer = Peer((), lambda _track: None, lambda _state: None)
    peer.only_receive("video")
    try:
        yield peer, await peer.offer()
    finally:
        await peer.close()


@functools.cache
def answer() -> str:
    """A right one."""
    return asyncio.run(an_answer()).replace("a=inactive", "a=sendonly")


nearly_answers = st.deferred(lambda: bent_words(answer()))


@settings(many, max_examples=500)
@given(nearly_answers)
def test_nearly_right_answers_are_read_or_refused(words: str) -> None:
    with contextlib.suppress(Untrusted):
        check_answer(words, ["video"], we_send=False)


@settings(many, max_examples=40)
@given(nearly_answers)
def test_nearly_right_answers_are_acted_on_or_refused_and_the_connection_closes(words: str) -> None:
    async def answered() -> None:
        async with offering() as (peer, _offer):
            with contextlib.suppress(Untrusted):
                await peer.answer(words)
        left = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.wait(left, timeout=20) if left else None
        assert not [task for task in left if not task.done()]

    asyncio.run(answered())
