"""The built-in visitor as a process, with a stand-in service and a real media room: claims, answers, reports, ends."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from contract.media import Answer, Offer, Received
from contract.refusals import RefusalCode, refusal
from contract.visitor_link import Leave, Phase, Ready, VisitorCall, VisitorHello
from contract.words import Purpose
from demo.visitor_scene import BALLOON_RGB
from kiosk.media.facts import OfferMade
from tests.fakes.visit_service import VisitService, running
from tests.integration.media.laptop import Laptop, painted, started
from tests.integration.media.looking import centre_of, pixels_of

pytestmark = pytest.mark.slow

LIMIT_S = 20.0


@asynccontextmanager
async def visitor_of(service: VisitService, *more: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The process, gone at the end."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "demo.visitor", "--url", service.url, *more)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def ends_well(process: asyncio.subprocess.Process) -> bool:
    async with asyncio.timeout(LIMIT_S):
        return await process.wait() == 0


async def connect(laptop: Laptop, service: VisitService, session: str, purpose: Purpose) -> None:
    """Offer a session through the service, and give the room the answer."""
    answers = len(service.of(Answer))
    laptop.connect(session, purpose)
    sdp = (await laptop.next(OfferMade)).sdp
    offer = Offer(booking_id="b1", session=session, page=service.pages[-1], purpose=purpose, sdp=sdp)
    await service.say(offer)
    answer = await service.wait_for(Answer, answers + 1)
    assert answer.session == session
    laptop.room.answer(session, answer.sdp)


async def test_a_whole_visit_from_the_link_to_the_goodbye() -> None:
    async with running() as service, visitor_of(service) as process, started() as laptop:
        await service.wait_for(Ready)
        assert isinstance(service.heard[0], VisitorHello)

        await connect(laptop, service, "session-1", Purpose.PREVIEW)
        preview = pixels_of(await painted(laptop.family))
        await connect(laptop, service, "session-2", Purpose.CALL)
        await service.say(VisitorCall(phase=Phase.LIVE, prison_connected=True))
        measured = await laptop.measured(lambda m: m.received_video_frames > 30 and m.received_audio_ms > 1500)
        received = await service.wait_for(Received, 3)
        await service.say(VisitorCall(phase=Phase.ENDED, prison_connected=True))
        assert await ends_well(process)

    assert centre_of(preview, BALLOON_RGB)
    assert (measured.received_video_width, measured.received_video_height) == (1280, 720)
    assert 0.03 < measured.received_audio_rms < 0.15
    assert received.session in {"session-1", "session-2"}


async def test_a_dropped_line_is_taken_up_again_with_the_same_page() -> None:
    async with running() as service, visitor_of(service) as process:
        await service.wait_for(Ready)
        await service.drop()
        await service.wait_for(Ready, 2)
        await service.say(VisitorCall(phase=Phase.ENDED, prison_connected=True))
        assert await ends_well(process)

    assert len(set(service.pages)) == 1


async def test_the_visitor_says_goodbye_after_so_many_seconds_of_the_call() -> None:
    async with running() as service, visitor_of(service, "--seconds", "0.2") as process:
        await service.wait_for(Ready)
        await service.say(VisitorCall(phase=Phase.LIVE, prison_connected=True))
        await service.wait_for(Leave)
        await service.say(VisitorCall(phase=Phase.ENDED, prison_connected=True))
        assert await ends_well(process)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_the_visitor_without_a_goodbye(number: signal.Signals) -> None:
    async with running() as service, visitor_of(service) as process:
        await service.wait_for(Ready)
        process.send_signal(number)
        assert await ends_well(process)

    assert service.of(Leave) == []


async def test_a_visitor_who_is_turned_away_says_so_and_stops() -> None:
    async with running() as service:
        service.claim_refused = refusal(RefusalCode.LINK_EXPIRED)
        async with visitor_of(service) as process, asyncio.timeout(LIMIT_S):
            assert await process.wait() == 1
