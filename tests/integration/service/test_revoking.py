"""Somebody is revoked while laptop and family are connected: both are told by the next look at the store."""

from pathlib import Path

import pytest

from contract.media import Offer
from contract.refusals import RefusalCode
from contract.visitor_link import Phase, VisitorCall
from contract.words import Presence, Reason, Revocation
from tests.fakes.visits import NOON, FakeServiceClock
from tests.integration.service.harness import PAGE, Browser, Running, laptop
from visits.api.watch import EVERY_S
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded
from visits.store.bookings import visit_by_id
from visits.store.vetting import prisoner_moved, revoke


def revoke_mum(file: Path, booking_id: str) -> str:
    with opened(file) as database:
        visit = database.read(visit_by_id, booking_id)
        assert visit is not None
        visitor_id = visit.call.visitors[0].visitor_id
        assert database.write(revoke, visitor_id, Revocation.VISITOR_BANNED, NOON)
    return visitor_id


def test_the_store_is_looked_at_often_enough_to_push_within_a_second() -> None:
    assert EVERY_S < 1


async def test_a_revoked_visitor_reaches_the_laptop_and_its_held_call_goes_on_talking(
    service: Running, file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    browser, booking_id = Browser(service, seeded.due.link), seeded.due.booking_id
    await browser.claim()
    async with laptop(service, seeded.laptop) as prison, browser.page() as family:
        await prison.hello()
        await family.hello()
        await family.ready()
        await prison.presence(Presence.WAITING)
        await prison.call(booking_id, "live", talk_ms=1)
        visitor_id = revoke_mum(file, booking_id)
        sheet = await prison.sheet()
        assert booking_id not in [booking.booking_id for booking in sheet.bookings]
        assert [(each.booking_id, each.visitor_id, each.kind) for each in sheet.revoked] == [
            (booking_id, visitor_id, Revocation.VISITOR_BANNED)
        ]
        await prison.call(booking_id, "held", talk_ms=1)  # and is not refused
        await family.hear_a(VisitorCall, lambda call: call.phase is Phase.HELD)
        offer = {"booking_id": booking_id, "session": "session-2", "page": PAGE, "purpose": "call", "sdp": "v=0"}
        await prison.say("offer", **offer)  # an officer resumed it
        assert (await family.hear_a(Offer)).session == "session-2"


async def test_a_family_that_waits_for_a_prisoner_who_moved_is_told_and_the_door_is_shut(
    service: Running, file: Path, seeded: Seeded
) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with browser.page() as family:
        await family.hello()
        with opened(file) as database:
            assert database.write(prisoner_moved, "A4471CK", NOON)
        ended = await family.hear_a(VisitorCall, lambda call: call.phase is Phase.ENDED)
        assert ended.reason is Reason.REVOKED
    async with browser.page() as again:
        await again.say("hello", protocol=1, page=PAGE)
        assert await again.refused() is RefusalCode.LINK_EXPIRED


@pytest.mark.parametrize("back", [False, True])
async def test_a_prisoner_who_is_back_has_their_call_again(
    service: Running, file: Path, seeded: Seeded, back: bool
) -> None:
    async with laptop(service, seeded.laptop) as prison:
        await prison.hello()
        with opened(file) as database:
            database.write(prisoner_moved, "A4471CK", NOON)
        assert [each.kind for each in (await prison.sheet()).revoked] == [Revocation.PRISONER_MOVED]
        if back:
            with opened(file) as database:
                database.write(prisoner_moved, "A4471CK", None)
            assert seeded.due.booking_id in [each.booking_id for each in (await prison.sheet()).bookings]
