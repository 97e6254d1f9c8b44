"""A call through the service: what each side is told of the other, in which order, and over a restart."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from contract.laptop_link import VisitorNow
from contract.media import Answer, Candidate, Offer, Received
from contract.refusals import RefusalCode
from contract.sentences import WHY_IT_ENDED
from contract.visitor_link import Phase, VisitorCall
from contract.words import Presence, Reason
from tests.fakes.visits import NOON, FakeServiceClock, report
from tests.integration.service.harness import PAGE, Browser, LaptopPeer, Running, VisitorPeer, laptop, running
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded, Wish, seed

OFFER = {"session": "session-1", "page": PAGE, "purpose": "call", "sdp": "v=0\r\n"}


@asynccontextmanager
async def both(service: Running, seeded: Seeded) -> AsyncIterator[tuple[LaptopPeer, VisitorPeer, Browser]]:
    """A laptop that said hello and a visitor who is ready."""
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with laptop(service, seeded.laptop) as prison, browser.page() as family:
        await prison.hello()
        await family.hello()
        await family.ready()
        assert (await prison.hear_a(VisitorNow)).presence is Presence.CHECKING
        assert (await prison.hear_a(VisitorNow)).presence is Presence.WAITING
        yield prison, family, browser


async def test_media_messages_are_relayed_both_ways_in_order(service: Running, seeded: Seeded) -> None:
    booking_id = seeded.due.booking_id
    same = {"booking_id": booking_id, "session": "session-1"}
    async with both(service, seeded) as (prison, family, _):
        await prison.say("offer", booking_id=booking_id, **OFFER)
        for number in range(5):
            await prison.say("candidate", **same, candidate=f"candidate:{number}", mid="0")
        assert isinstance(await family.hear(), Offer)
        relayed = [await family.hear_a(Candidate) for _ in range(5)]
        assert [candidate.candidate for candidate in relayed] == [f"candidate:{number}" for number in range(5)]

        await family.say("answer", **same, sdp="v=0\r\n")
        await family.say("candidate", **same, candidate="")
        await family.say("received", **same, video_frames=30, audio_ms=1000)
        assert isinstance(await prison.hear(), Answer)
        assert isinstance(await prison.hear(), Candidate)
        assert isinstance(await prison.hear(), Received)


async def test_the_visitor_follows_the_call_to_its_goodbye(service: Running, seeded: Seeded) -> None:
    booking_id = seeded.due.booking_id
    async with both(service, seeded) as (prison, family, _):
        phases = []
        for state in ("waiting", "identity", "joining", "live", "interrupted", "held", "live"):
            await prison.call(booking_id, state, left_ms=1000)
            if state != "waiting":  # that is what the visitor has been told already
                phases.append((await family.hear_a(VisitorCall)).phase)
        assert phases == [
            Phase.CHECKING,
            Phase.JOINING,
            Phase.LIVE,
            Phase.INTERRUPTED,
            Phase.HELD,
            Phase.LIVE,
        ]
        await prison.call(booking_id, "ended", outcome="COMPLETED_NORMALLY", reason="time_up", talk_ms=5)
        goodbye = await family.hear_a(VisitorCall)
        assert (goodbye.phase, goodbye.why, goodbye.talk_ms) == (Phase.ENDED, WHY_IT_ENDED[Reason.TIME_UP], 5)


async def test_time_alone_opens_the_room(service: Running, file: Path, clock: FakeServiceClock) -> None:
    with opened(file) as database:
        made = database.write(seed, Wish(timedelta(minutes=40), timedelta(minutes=10)), NOON)
    browser = Browser(service, made.due.link)
    await browser.claim()
    async with browser.page() as family:
        _, call = await family.hello()
        assert call.phase is Phase.EARLY
        clock.advance(timedelta(minutes=35))
        assert (await family.hear_a(VisitorCall)).phase is Phase.WAITING


async def test_a_family_is_told_when_the_prison_comes_and_goes(service: Running, seeded: Seeded) -> None:
    async with both(service, seeded) as (prison, family, _):
        await prison.close()
        assert not (await family.hear_a(VisitorCall)).prison_connected
        async with laptop(service, seeded.laptop) as again:
            _, _, visitors = await again.hello()
            assert (await family.hear_a(VisitorCall)).prison_connected
        assert visitors[0].presence is Presence.WAITING


async def test_a_reload_is_seen_as_gone_and_then_as_a_new_page(service: Running, seeded: Seeded) -> None:
    async with both(service, seeded) as (prison, family, browser):
        await family.close()
        assert (await prison.hear_a(VisitorNow)).presence is Presence.GONE
        async with browser.page() as reloaded:
            await reloaded.hello("page-0002")
            await reloaded.ready()
            await prison.presence(Presence.CHECKING)
            assert (await prison.presence(Presence.WAITING)).page == "page-0002"
            await prison.say("offer", booking_id=seeded.due.booking_id, **OFFER)
            assert await prison.refused() is RefusalCode.NOBODY_THERE
            await prison.say("offer", booking_id=seeded.due.booking_id, **OFFER | {"page": "page-0002"})
            assert isinstance(await reloaded.hear_a(Offer), Offer)


async def test_a_visitor_who_leaves_a_call_cannot_come_back(service: Running, seeded: Seeded) -> None:
    async with both(service, seeded) as (prison, family, browser):
        await prison.call(seeded.due.booking_id, "live", left_ms=1000)
        await family.hear_a(VisitorCall)
        await family.say("leave")
        assert (await prison.hear_a(VisitorNow)).presence is Presence.LEFT
        assert await family.closed() == 1000
        async with browser.page() as again:
            await again.say("hello", protocol=1, page="page-0002")
            assert await again.refused() is RefusalCode.BOOKING_OVER
            assert await again.closed() == 1008


async def test_a_visitor_who_leaves_before_the_call_may_come_back(service: Running, seeded: Seeded) -> None:
    async with both(service, seeded) as (prison, family, browser):
        await family.say("leave")
        assert (await prison.hear_a(VisitorNow)).presence is Presence.LEFT
        await browser.claim()
        async with browser.page() as again:
            await again.hello("page-0002")
            assert (await prison.hear_a(VisitorNow)).presence is Presence.CHECKING


async def test_a_visitor_with_nothing_that_works_is_asked_to_check(service: Running, seeded: Seeded) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with browser.page() as family:
        await family.hello()
        await family.say("ready", camera=False, microphone=False)
        assert await family.refused() is RefusalCode.NOT_READY
        await family.say("ready", camera=False, microphone=True)
        await family.say("answer", booking_id="other", session="session-1", sdp="v=0")
        assert await family.refused() is RefusalCode.NOT_YOUR_BOOKING


async def test_a_call_goes_on_over_a_restart_of_the_service(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    booking_id = seeded.due.booking_id
    async with running(file, clock) as service, both(service, seeded) as (prison, family, browser):
        await prison.call(booking_id, "live", left_ms=900_000, talk_ms=60_000)
        await family.hear_a(VisitorCall)
        cookie = browser.cookie
    live = {"type": "call", "booking_id": booking_id, "state": "live", "left_ms": 840_000, "talk_ms": 120_000}
    async with running(file, clock) as service:
        browser = Browser(service, seeded.due.link)
        browser.cookie = cookie
        await browser.claim()
        async with browser.page() as family, laptop(service, seeded.laptop) as prison:
            await family.hello()
            await prison.hello(call=live)
            now = await family.hear_a(VisitorCall, lambda call: call.phase is Phase.LIVE)
            assert (now.talk_ms, now.left_ms, now.prison_connected) == (120_000, 840_000, True)
            await family.ready()
            await family.say("received", booking_id=booking_id, session="session-1", video_frames=9, audio_ms=9)
            assert (await prison.hear_a(Received)).video_frames == 9


async def test_a_laptop_that_comes_back_without_the_call_has_lost_it(service: Running, seeded: Seeded) -> None:
    async with both(service, seeded) as (prison, family, _):
        await prison.call(seeded.due.booking_id, "joining")
        assert (await family.hear_a(VisitorCall)).phase is Phase.JOINING
        await prison.close()
        async with laptop(service, seeded.laptop) as again:
            await again.hello()
            now = await family.hear_a(VisitorCall, lambda call: call.prison_connected)
            assert now.phase is Phase.WAITING


async def test_a_page_that_returns_after_the_end_is_told_how_it_ended(service: Running, seeded: Seeded) -> None:
    async with both(service, seeded) as (prison, family, browser):
        await family.close()
        await prison.call(seeded.due.booking_id, "ended", outcome="COMPLETED_NORMALLY", reason="prisoner_left")
        await prison.outcome(report(seeded.due.booking_id, reason=Reason.PRISONER_LEFT))
        async with browser.page() as again:
            _, call = await again.hello("page-0002")
            assert (call.phase, call.reason) == (Phase.ENDED, Reason.PRISONER_LEFT)


@pytest.mark.parametrize("state", [None, "joining"])
async def test_a_family_is_not_left_waiting_when_the_laptop_is_lost_past_the_end(
    service: Running, seeded: Seeded, clock: FakeServiceClock, state: str | None
) -> None:
    async with both(service, seeded) as (prison, family, _):
        if state is not None:
            await prison.call(seeded.due.booking_id, state)
        await prison.close()
        clock.advance(timedelta(minutes=31))
        goodbye = await family.hear_a(VisitorCall, lambda call: call.phase is Phase.ENDED)
    expected = Reason.NEVER_STARTED if state is None else Reason.NEVER_CONNECTED
    assert (goodbye.reason, goodbye.why) == (expected, WHY_IT_ENDED[expected])
