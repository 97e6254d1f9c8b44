"""Wrong answers, missing devices, vanished visitors, and closing: the room says so, and leaves nothing behind."""

import asyncio
import ctypes
import gc
import re
import resource
import threading
from pathlib import Path

import pytest
from aiortc import RTCRtpReceiver

from contract.words import Purpose
from kiosk.media.call_devices import CallDevices
from kiosk.media.facts import DevicesFound, DevicesShut, Measured, OfferMade, SessionFailed
from kiosk.media.far_words import MOST_CANDIDATES
from kiosk.media.peer import Peer
from tests.fakes.eventually import eventually
from tests.integration.media.laptop import Laptop, painted, started
from tests.integration.media.visitor import GreenSquare, Tone

pytestmark = pytest.mark.slow

JOINS_TO_WARM_UP = 4
MOST_GROWTH_MB = 20  # less than half a megabyte for a join and its visitor, who is of this process too
M_MMAP_THRESHOLD = -3  # <malloc.h>
C_LIBRARY = ctypes.CDLL(None)

GARBAGE = {
    "nothing like it": "hello",
    "only a first line": "v=0",
    "bytes out of place": "v=0\r\no=\x00\r\nm=video x y z\r\n",
    "a port beyond all ports": "v=0\r\nm=video 99999999999999999999 UDP/TLS/RTP/SAVPF 96\r\n",
    "no media": "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n",
    "candidates without end": "v=0\r\n" + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * (MOST_CANDIDATES + 1),
}


@pytest.mark.attack("hostile-peer")
@pytest.mark.parametrize("answer", GARBAGE.values(), ids=GARBAGE.keys())
async def test_a_garbage_answer_fails_the_session_and_nothing_else(answer: str) -> None:
    async with started() as laptop:
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        laptop.room.answer("session-1", answer)
        failed = await laptop.next(SessionFailed)
        laptop.connect("session-2")
        offer = await laptop.next(OfferMade)

    assert failed.session == "session-1"
    assert offer.session == "session-2"


@pytest.mark.attack("hostile-peer")
async def test_an_answer_with_another_kind_of_media_is_refused() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(), Tone())
        laptop.connect("session-1")
        answer = await visitor.answer((await laptop.next(OfferMade)).sdp)
        laptop.room.answer("session-1", answer.replace("m=audio", "m=application"))
        failed = await laptop.next(SessionFailed)

    assert failed.session == "session-1"


@pytest.mark.attack("hostile-peer")
@pytest.mark.slow
async def test_an_answer_with_a_wrong_fingerprint_fails_the_session() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(), Tone())
        laptop.connect("session-1")
        answer = await visitor.answer((await laptop.next(OfferMade)).sdp)
        wrong = re.sub(r"(a=fingerprint:\S+ )..", r"\g<1>00", answer)
        laptop.room.answer("session-1", wrong)
        failed = await laptop.next(SessionFailed)

    assert failed.text == "The connection failed."


@pytest.mark.attack("hostile-peer")
async def test_a_garbage_candidate_fails_the_session() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(), Tone())
        laptop.connect("session-1")
        answer = await visitor.answer((await laptop.next(OfferMade)).sdp)
        laptop.room.candidate("session-1", "candidate:what is this", "0")
        laptop.room.answer("session-1", answer)
        failed = await laptop.next(SessionFailed)

    assert failed.session == "session-1"


@pytest.mark.attack("hostile-peer")
async def test_candidates_without_end_fail_the_session() -> None:
    async with started() as laptop:
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        for number in range(500):
            laptop.room.candidate("session-1", f"candidate:{number} 1 udp 1 192.0.2.1 9 typ host", "0")
        failed = await laptop.next(SessionFailed)

    assert failed.text == "The other side sent too many messages."


async def test_words_for_another_session_change_nothing() -> None:
    async with started() as laptop:
        laptop.room.answer("session-0", "hello")
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        laptop.room.answer("session-0", "hello")
        laptop.room.candidate("session-0", "hello", None)
        measured = await laptop.next(Measured)

    assert measured.session == "session-1"


async def test_a_real_call_without_a_camera_is_refused_in_words() -> None:
    async with started() as laptop:
        laptop.connect("session-1", synthetic=False)
        failed = await laptop.next(SessionFailed)

    assert failed.text == "This laptop has no working camera."


async def test_disconnect_is_safe_in_any_state() -> None:
    async with started() as laptop:
        laptop.room.disconnect()
        laptop.connect("session-1")
        laptop.room.disconnect()
        laptop.room.disconnect()
        laptop.connect("session-2")
        await laptop.next(OfferMade)
        laptop.room.disconnect()
        laptop.connect("session-3")
        offer = await laptop.next(OfferMade)

    assert offer.session == "session-3"


async def test_every_disconnect_is_answered_once_the_devices_are_shut() -> None:
    async with started() as laptop:
        laptop.room.disconnect()
        await laptop.next(DevicesShut)
        for purpose in Purpose:
            laptop.connect(f"session-{purpose}", purpose)
            await laptop.next(OfferMade)
            laptop.room.disconnect()
            await laptop.next(DevicesShut)
        assert DevicesShut() not in laptop.facts_so_far()


async def test_a_room_with_a_device_that_does_not_shut_never_says_that_all_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shut = CallDevices.shut

    async def stuck(devices: CallDevices) -> bool:
        await shut(devices)
        return False

    monkeypatch.setattr(CallDevices, "shut", stuck)
    monkeypatch.setattr(CallDevices, "are_shut", lambda _devices: False)
    async with started() as laptop:
        laptop.connect("session-1")
        await laptop.next(OfferMade)
        laptop.room.disconnect()
        laptop.connect("session-2", Purpose.PREVIEW)
        await laptop.next(OfferMade)
        laptop.room.disconnect()
        laptop.connect("session-3", Purpose.PREVIEW)
        seen = await laptop.until(OfferMade)
    assert DevicesShut() not in seen


async def test_what_is_asked_before_the_start_is_done_after_it() -> None:
    async with started() as laptop:
        laptop.connect("session-1")
        found, offer = await laptop.next(DevicesFound), await laptop.next(OfferMade)

    assert not found.camera
    assert offer.session == "session-1"


@pytest.mark.slow
async def test_a_visitor_who_closes_the_page_ends_the_session() -> None:
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        await laptop.measured(lambda m: m.received_video_frames > 5)
        await visitor.close()
        failed = await laptop.next(SessionFailed)

    assert failed.session == "session-1"


@pytest.mark.slow
async def test_fifty_sessions_leave_no_thread_task_or_handle_and_no_memory() -> None:
    C_LIBRARY.mallopt(M_MMAP_THRESHOLD, 2**20)  # a picture that is let go of is gone, and not kept for the next
    async with started() as laptop:
        await laptop.next(DevicesFound)
        for number in range(JOINS_TO_WARM_UP):
            await _one_session(laptop, number)
        before, before_mb = await _what_is_left(laptop), _megabytes()
        for number in range(JOINS_TO_WARM_UP, JOINS_TO_WARM_UP + 50):
            await _one_session(laptop, number)
        after, after_mb = await _what_is_left(laptop), _megabytes()

    assert after == before
    assert after_mb - before_mb < MOST_GROWTH_MB
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("media")]


async def _one_session(laptop: Laptop, number: int) -> None:
    session = f"session-{number}"
    visitor = laptop.invite(GreenSquare(320, 180), Tone())
    laptop.family.take()
    laptop.connect(session)
    laptop.room.answer(session, await visitor.answer((await laptop.next(OfferMade)).sdp))
    await painted(laptop.family)
    laptop.room.disconnect()
    await laptop.next(DevicesShut)
    await visitor.close()
    laptop.visitors.remove(visitor)


async def _what_is_left(laptop: Laptop) -> tuple[list[str], list[str], int]:
    """Threads and tasks of the room, and open handles of the process, once the last disconnect is done."""
    laptop.connect("session-last", synthetic=False)
    await laptop.next(SessionFailed)  # said before its own task is over
    loop = laptop.room._loop
    assert loop is not None
    await eventually(lambda: not _sessions(loop), 20, lambda: f"every session is over, but for {_sessions(loop)}")
    gc.collect()
    names = sorted(thread.name for thread in threading.enumerate())
    threads = [name for name in names if not name.startswith("asyncio")]  # the test's own encoders
    tasks = sorted(task.get_name() for task in asyncio.all_tasks(loop))
    return threads, tasks, await asyncio.to_thread(lambda: len(list(Path("/proc/self/fd").iterdir())))


def _sessions(loop: asyncio.AbstractEventLoop) -> list[str]:
    """The sessions that still run in the room's loop."""
    return [name for task in asyncio.all_tasks(loop) if (name := task.get_name()).startswith("media-session-")]


def _megabytes() -> float:
    """What is in use. glibc keeps what threads let go of, in up to eight places a core: it is given back first, since
    how much that is depends on which threads met, and not on what any session has left."""
    gc.collect()
    C_LIBRARY.malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


async def test_a_connection_that_cannot_be_closed_as_a_whole_is_stopped_in_parts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(_: RTCRtpReceiver) -> None:
        raise RuntimeError

    peer = Peer([], lambda _: None, lambda _: None)
    peer.only_receive("video")
    await peer.offer()
    ice = peer._connection.getTransceivers()[0].sender.transport.transport
    monkeypatch.setattr(RTCRtpReceiver, "stop", broken)
    await peer.close()
    assert ice.state == "closed"
