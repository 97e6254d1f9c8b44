"""A laptop and the service: identity, the sheet, and the outcome of a call."""

import asyncio
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from contract.laptop_link import Relays
from contract.refusals import RefusalCode
from contract.words import Outcome, Presence, Reason
from tests.fakes.visits import NOON, FakeServiceClock, report
from tests.integration.service.harness import Browser, Running, laptop, refusal_of, running
from visits.api.relay import LAPTOP_FOR, RENEWED_EVERY, Relay
from visits.api.settings import Settings
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded, Wish, seed
from visits.domain.records import Ending
from visits.errors import Unavailable
from visits.store.bookings import visit_by_id
from visits.store.database import Database

ENDED = {"outcome": "COMPLETED_NORMALLY", "ended_by": "time", "reason": "time_up", "talk_ms": 1_800_000}


def ending(file: Path, booking_id: str) -> Ending | None:
    with opened(file) as database:
        visit = database.read(visit_by_id, booking_id)
    assert visit is not None
    return visit.call.ending


async def test_hello_is_answered_by_welcome_sheet_and_each_visitor(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as peer:
        welcome, sheet, visitors = await peer.hello()
    assert (welcome.laptop, welcome.server_time) == (seeded.laptop, NOON)
    assert [booking.booking_id for booking in sheet.bookings] == [visitor.booking_id for visitor in visitors]
    assert {visitor.presence for visitor in visitors} == {Presence.ABSENT}


async def test_a_second_laptop_with_the_same_identity_is_refused_and_the_first_stays(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    async with (
        running(file, clock, Settings(place_within=timedelta(0))) as service,
        laptop(service, seeded.laptop) as first,
    ):
        await first.hello()
        async with laptop(service, seeded.laptop) as second:
            assert await second.refused() is RefusalCode.LAPTOP_ELSEWHERE
            assert await second.closed() == 1008
        await first.call("booking-unknown", "live")
        assert await first.refused() is RefusalCode.NOT_YOUR_BOOKING


async def test_the_same_identity_gets_in_as_soon_as_the_first_is_gone(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as first:
        await first.hello()
        second = asyncio.create_task(_says_hello(service, seeded))
        await first.close()
        await second


async def _says_hello(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()


async def test_the_sheet_comes_again_when_another_process_changes_a_booking(
    service: Running, seeded: Seeded, file: Path
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        _, before, _ = await peer.hello()
        with opened(file) as database:
            added = database.write(seed, Wish(timedelta(minutes=32), timedelta(minutes=10)), NOON)
        after = await peer.sheet()
        assert (before.serial, after.serial) == (int(NOON.timestamp()), before.serial + 1)
        assert added.due.booking_id in [booking.booking_id for booking in after.bookings]
        assert (await peer.presence(Presence.ABSENT)).booking_id == added.due.booking_id


async def test_the_sheet_comes_again_when_the_day_changes(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        clock.advance(timedelta(hours=11))  # midnight in London
        tomorrow = await peer.sheet()
    assert (tomorrow.serial, tomorrow.bookings) == (int(clock.now().timestamp()), ())


async def test_the_serial_goes_on_growing_after_a_restart(file: Path, seeded: Seeded, clock: FakeServiceClock) -> None:
    for _ in range(2):
        async with running(file, clock) as service, laptop(service, seeded.laptop) as peer:
            _, same, _ = await peer.hello()
            assert same.serial == int(NOON.timestamp())
    with opened(file) as database:
        database.write(seed, Wish(timedelta(minutes=32), timedelta(minutes=10)), NOON)
    async with running(file, clock) as service, laptop(service, seeded.laptop) as peer:
        _, newer, _ = await peer.hello()
    assert newer.serial == same.serial + 1


async def test_an_outcome_is_kept_once_and_the_call_leaves_the_sheet(
    service: Running, seeded: Seeded, file: Path
) -> None:
    booking_id = seeded.due.booking_id
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await peer.call(booking_id, "ended", **ENDED)
        await peer.outcome(report(booking_id))
        after = await peer.sheet()
        assert booking_id not in [booking.booking_id for booking in after.bookings]
        await peer.outcome(report(booking_id))
        await peer.outcome(report(booking_id, outcome=Outcome.TECHNICAL_LAPTOP, talk_ms=0))
        await peer.call(booking_id, "live")
        assert await peer.refused() is RefusalCode.BOOKING_OVER
    recorded = ending(file, booking_id)
    assert recorded is not None
    assert (recorded.outcome, recorded.reason, recorded.talk_ms) == (
        Outcome.COMPLETED_NORMALLY,
        Reason.TIME_UP,
        1_680_000,
    )


async def test_an_ending_told_in_hello_is_told_to_the_page_and_not_kept(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    call = {"type": "call", "booking_id": seeded.due.booking_id, "state": "ended", "left_ms": 0, **ENDED}
    async with running(file, clock) as service, laptop(service, seeded.laptop) as peer:
        await peer.hello(call=call)
        await peer.call("elsewhere", "live")
        assert await peer.refused() is RefusalCode.NOT_YOUR_BOOKING
        assert ending(file, seeded.due.booking_id) is None
        await peer.outcome(report(seeded.due.booking_id))
    async with running(file, clock) as service:
        answer = await Browser(service, seeded.due.link).claim()
    assert (answer.status_code, refusal_of(answer)) == (410, RefusalCode.LINK_EXPIRED)


async def test_offers_and_calls_for_bookings_not_on_the_sheet_are_refused(service: Running, seeded: Seeded) -> None:
    offer = {"booking_id": "elsewhere", "session": "session-1", "page": "page-0001", "purpose": "call", "sdp": "v=0"}
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        for state in ("live", "ended"):
            await peer.call("elsewhere", state)
            assert await peer.refused() is RefusalCode.NOT_YOUR_BOOKING
        await peer.say("offer", **offer)
        assert await peer.refused() is RefusalCode.NOT_YOUR_BOOKING
        await peer.say("offer", **offer | {"booking_id": seeded.due.booking_id})
        assert await peer.refused() is RefusalCode.NOBODY_THERE


async def test_a_laptop_that_speaks_another_protocol_is_told_so(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.say("hello", protocol=2, software="from the future")
        assert await peer.refused() is RefusalCode.WRONG_PROTOCOL
        assert await peer.closed() == 1008


async def test_health_is_said_only_while_the_store_answers(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        assert (await client.get(f"{service.url}/healthz")).json() == {"status": "ok"}

        def no_answer(_: Database) -> int:
            raise Unavailable("the disk is gone")

        monkeypatch.setattr(Database, "version", no_answer)
        answer = await client.get(f"{service.url}/healthz")
    assert (answer.status_code, refusal_of(answer)) == (503, RefusalCode.UNAVAILABLE)


async def test_laptop_and_visitor_are_given_the_relays_and_the_laptop_new_ones_in_time(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    settings = Settings(relay=Relay(("turn:192.0.2.20:3478?transport=udp",), b"sixteen bytes or more"))
    async with running(file, clock, settings) as service, laptop(service, seeded.laptop) as prison:
        welcome, _, _ = await prison.hello()
        assert welcome.relay_only
        first = welcome.ice_servers[0].username
        assert first == f"{int((NOON + LAPTOP_FOR).timestamp())}:laptop-1"
        browser = Browser(service, seeded.due.link)
        await browser.claim()
        async with browser.page() as family:
            greeting, _ = await family.hello()
        assert str(greeting.ice_servers[0].username).endswith(f":{seeded.due.booking_id}")
        clock.advance(RENEWED_EVERY)
        renewed = await prison.hear_a(Relays)
        assert renewed.relay_only
        assert renewed.ice_servers == settings.ice_for_laptop(1, NOON + RENEWED_EVERY)
