"""Attack: floods, lies and nonsense over a real connection to the real media room, in packets rightly encrypted or not.

What can be dropped is dropped and the call goes on; what cannot ends it with one sentence. Either way the room is as
good as ever, soon, and with the memory it had.
"""

import asyncio
import os
import struct
import threading
import time
from contextlib import suppress

import pytest
from aiortc.rtp import RtcpPsfbPacket, RtcpRtpfbPacket, RtpPacket

from kiosk.media import intake, leg
from kiosk.media.facts import Measured, OfferMade, SessionFailed
from tests.attacks.far_side import Sender, connected, serves_another
from tests.integration.media.laptop import Laptop, started
from tests.integration.media.visitor import GreenSquare, Tone

pytestmark = pytest.mark.slow

TINY = b"\x10" + bytes(20)


@pytest.fixture(autouse=True)
def _application_first(qapp: object) -> None:
    """Qt's application is made on the main thread before any media, as in the shell."""


async def goes_on(laptop: Laptop) -> None:
    """The call is still one: sound and pictures arrive."""
    laptop.facts_so_far()
    first = await laptop.next(Measured)
    more = await laptop.measured(lambda m: m.received_audio_ms > first.received_audio_ms + 200)
    assert more.session == "session-1"
    assert SessionFailed not in map(type, laptop.facts_so_far())


def media_cpu_s() -> float:
    """What the media room's own thread has worked so far."""
    (thread,) = [each for each in threading.enumerate() if each.name == "media"]
    assert thread.ident is not None
    return time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


async def test_a_thousand_pictures_a_second_end_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "MOMENTS_A_SECOND", 100)  # a call has 80; we send at least 130
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        with suppress(ConnectionError):  # the session ends before all are sent
            for number in range(3000):
                await sender.picture(TINY, time_=number * 90)
                await asyncio.sleep(0 if number % 20 else 0.001)
        assert "more pictures" in (await laptop.next(SessionFailed)).text
        await serves_another(laptop)


async def test_more_packets_than_a_call_has_end_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "PACKETS_A_SECOND", 300)  # what this process can send itself beside all else
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        wanted = bytes(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=sender.theirs))
        flood = asyncio.create_task(sender.keeps_sending(wanted))
        assert "more packets" in (await laptop.next(SessionFailed)).text
        flood.cancel()
        await serves_another(laptop)


async def test_key_frames_asked_for_at_every_turn_leave_the_call_as_it_is() -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        wanted = bytes(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=sender.theirs))
        for _ in range(150):
            await sender.encrypted(wanted)
            await asyncio.sleep(0.003)
        await goes_on(laptop)


async def test_everything_asked_for_again_and_again_is_not_sent_without_end() -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        newest = await sender.newest_heard()
        asked = struct.pack("!HH", (newest - 100) % 65_536, 0xFFFF) * 300
        for _ in range(20):  # 102,000 packets are asked for
            await sender.encrypted(raw_nack(sender.theirs, asked))
        before = sender.received()
        await goes_on(laptop)
        assert sender.received() - before < 1000


def raw_nack(source: int, asked: bytes) -> bytes:
    head = bytes(RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=source))
    return head[:2] + struct.pack("!H", (len(head) + len(asked)) // 4 - 1) + head[4:] + asked


@pytest.mark.parametrize("far", [True, False], ids=["far side", "stranger"])
async def test_empty_and_endless_datagrams_and_broken_handshakes_leave_the_call_as_it_is(far: bool) -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        for datagram in (b"", bytes([22]) + os.urandom(60), bytes([20]) * 1400, os.urandom(40_000), b"\x00\x01" * 30):
            for _ in range(50):
                await sender.datagram(datagram) if far else sender.from_elsewhere(datagram)
        await goes_on(laptop)


async def test_a_strangers_flood_leaves_the_call_as_it_is() -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        for number in range(2000):
            sender.from_elsewhere(
                b"\x80" + bytes(1000) if number % 2 else b"\x00\x01\x00\x00\x21\x12\xa4\x42" + bytes(12)
            )
            await asyncio.sleep(0 if number % 20 else 0.001)
        await goes_on(laptop)


async def test_lies_in_headers_leave_the_call_as_it_is() -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        packet = RtpPacket(97, 1, 1, 0, sender.source + 1, TINY).serialize()
        for lie in (
            bytes([packet[0] | 0x20]) + packet[1:-1] + b"\xff",  # padding longer than the packet
            bytes([packet[0] | 0x10]) + packet[1:12] + b"\xbe\xde\x00\x01\x30\xff\x00\x00" + packet[12:],
            b"\x80\xc8\xff\xff" + bytes(40),  # a report longer than its packet
            b"\x9f\xc9\x00\x01" + bytes(4),  # 31 reports, none there
            b"\x8f\xcb\x00\x01" + bytes(4),  # a goodbye of fifteen, one there
            b"\x8f\xce\x00\x04" + bytes(8) + b"REMB\xff\xff\xff\xff",  # a limit of 255 sources, none there
            bytes(RtcpPsfbPacket(15, 1, 0, b"REMB\x01\xff\xff\xff" + struct.pack("!L", sender.theirs))),  # no limit
            bytes(RtcpPsfbPacket(15, 1, 0, b"REMB\x01\x00\x00\x00" + struct.pack("!L", sender.theirs))),  # nothing
        ):
            await sender.encrypted(lie)
        await goes_on(laptop)


async def test_numbers_and_times_that_leap_leave_a_session_that_can_be_ended() -> None:
    async with connected() as (laptop, visitor):
        sender, before = Sender(visitor), media_cpu_s()
        for number in range(60):
            await sender.encrypted(
                RtpPacket(97, 1, number * 32_000 % 65_536, number % 2 * 0xFFFFFFFF, sender.source + 1, TINY).serialize()
            )
            await asyncio.sleep(0.01)
        assert media_cpu_s() - before < 1
        await serves_another(laptop)
        assert SessionFailed not in map(type, laptop.facts_so_far())


async def test_sound_that_is_noise_is_dropped_and_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    async with connected() as (laptop, visitor):
        sender = Sender(visitor)
        for number in range(150):
            await sender.sound(os.urandom(1 + number % 200), time_=number * 960)
            await asyncio.sleep(0.002)
        assert len(caplog.records) < 30
        await serves_another(laptop)


async def test_an_answer_with_a_codec_that_was_not_offered_is_refused() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        answer = await visitor.answer((await laptop.next(OfferMade)).sdp)
        laptop.room.answer("session-1", answer.replace("VP8/90000", "H264/90000"))
        assert (await laptop.next(SessionFailed)).text == "the answer was not accepted"
        await serves_another(laptop)


async def test_a_far_side_that_answers_and_never_comes_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leg, "CONNECT_LIMIT_S", 0.5)
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        answer = await visitor.answer((await laptop.next(OfferMade)).sdp)
        await visitor.close()
        laptop.room.answer("session-1", answer)
        assert (await laptop.next(SessionFailed)).text == "The other side could not be reached."
        await serves_another(laptop)
