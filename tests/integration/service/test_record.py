"""What must reach the service once: outcomes, and heads of the laptop's audit trail. Real service, real sockets."""

import hashlib
from datetime import timedelta
from pathlib import Path

import pytest

from contract.laptop_link import CallNow
from contract.readiness import CheckedFor, CheckName, CheckRow, Light, Readiness
from contract.record import Cosigned, HeadNow
from contract.refusals import RefusalCode
from contract.signed_note import SignedNote
from contract.visitor_link import Phase, VisitorCall
from contract.words import CallState, Outcome, Reason
from tests.fakes.visits import COSIGNER, NOON, OTHER_KEY, FakeServiceClock, head, public, report
from tests.integration.service.harness import Browser, LaptopPeer, Running, laptop, refusal_of, running
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded
from visits.store.bookings import cancel, visit_by_id
from visits.store.heads import head_alarms
from visits.store.readiness import reported


async def cosigned(peer: LaptopPeer, message: HeadNow) -> SignedNote:
    await peer.send(message.model_dump_json())
    return SignedNote.parse((await peer.hear_a(Cosigned)).note)


async def refused(peer: LaptopPeer, message: HeadNow) -> RefusalCode:
    await peer.send(message.model_dump_json())
    return await peer.refused()


async def test_the_goodbye_tells_what_is_owed_and_then_what_is_kept(service: Running, seeded: Seeded) -> None:
    booking_id = seeded.due.booking_id
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with laptop(service, seeded.laptop) as prison, browser.page() as family:
        await prison.hello()
        await family.hello()
        ended = CallNow(booking_id=booking_id, state=CallState.ENDED, talk_ms=5, left_ms=0, owed_ms=240_000)
        await prison.send(ended.model_dump_json())
        goodbye = await family.hear_a(VisitorCall, lambda call: call.phase is Phase.ENDED)
        assert (goodbye.talk_ms, goodbye.owed_ms) == (5, 240_000)
        await prison.outcome(report(booking_id))
        assert (await family.hear_a(VisitorCall)).owed_ms == 120_000


async def test_an_outcome_days_later_is_kept_for_a_booking_that_is_no_longer_on_the_sheet(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    clock.advance(timedelta(days=3))
    async with running(file, clock) as service, laptop(service, seeded.laptop) as peer:
        _, sheet, _ = await peer.hello()
        assert sheet.bookings == ()
        await peer.outcome(report(seeded.due.booking_id))
        await peer.outcome(report(seeded.due.booking_id, 2, outcome=Outcome.TECHNICAL_LAPTOP))
    with opened(file) as database:
        visit = database.read(visit_by_id, seeded.due.booking_id)
    assert visit is not None
    assert visit.call.ending is not None
    assert visit.call.ending.outcome is Outcome.TECHNICAL_LAPTOP


async def test_another_laptop_cannot_report_an_outcome(service: Running, seeded: Seeded) -> None:
    async with laptop(service, "Laptop 2") as peer:
        await peer.hello()
        for booking_id in (seeded.due.booking_id, "elsewhere"):
            await peer.send(report(booking_id).model_dump_json())
            assert await peer.refused() is RefusalCode.NOT_YOUR_BOOKING
    visit = await service.board.store.read(visit_by_id, seeded.due.booking_id)
    assert visit is not None
    assert visit.call.ending is None


async def test_a_head_comes_back_signed_by_the_service(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        note = await cosigned(peer, head(7))
    assert note.is_signed_by(COSIGNER.signer)
    assert note.text == SignedNote.parse(head(7).note).text


async def test_a_trail_that_lost_records_is_refused_and_the_connection_stays(
    service: Running, seeded: Seeded, file: Path
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await cosigned(peer, head(7))
        assert await refused(peer, head(6)) is RefusalCode.HEAD_BEHIND
        assert await refused(peer, head(7, "cd" * 32)) is RefusalCode.HEAD_BEHIND
        assert await refused(peer, head(8, key=OTHER_KEY)) is RefusalCode.HEAD_WRONG_KEY
        await cosigned(peer, head(8))
    with opened(file) as database:
        assert [str(each.alarm) for each in database.read(head_alarms)] == ["rolled_back", "forked", "wrong_key"]


@pytest.mark.parametrize(
    "message",
    [
        HeadNow(note=head(7).note, public_key=public(OTHER_KEY)),
        HeadNow(note=head(7).note.replace("7", "8", 1), public_key=head(7).public_key),
        HeadNow(note="not a note", public_key=head(7).public_key),
        HeadNow(note=head(7).note.replace("\n7\n", "\n07\n"), public_key=head(7).public_key),
        HeadNow(note=head(7).note, public_key="A" * 42 + "B="),
    ],
    ids=["other key", "changed", "no note", "a number written otherwise", "a key written otherwise"],
)
async def test_a_head_that_is_not_rightly_signed_is_refused_and_raises_no_alarm(
    service: Running, seeded: Seeded, file: Path, message: HeadNow
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        assert await refused(peer, message) is RefusalCode.HEAD_UNSIGNED
        await cosigned(peer, head(7))
    with opened(file) as database:
        assert database.read(head_alarms) == ()


async def test_a_cancelled_booking_is_told_to_laptop_and_page_with_its_reason(
    service: Running, seeded: Seeded, file: Path
) -> None:
    booking_id = seeded.due.booking_id
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with laptop(service, seeded.laptop) as prison, browser.page() as family:
        await prison.hello()
        await family.hello()
        with opened(file) as database:
            database.write(cancel, booking_id, Outcome.PRISONER_CANCELLED)
        goodbye = await family.hear_a(VisitorCall, lambda call: call.phase is Phase.ENDED)
        assert (goodbye.reason, goodbye.outcome) == (Reason.CANCELLED, Outcome.PRISONER_CANCELLED)
        sheet = await prison.sheet()
        assert [(each.booking_id, each.outcome) for each in sheet.cancelled] == [
            (booking_id, Outcome.PRISONER_CANCELLED)
        ]
        assert booking_id not in [booking.booking_id for booking in sheet.bookings]
        said = report(booking_id, outcome=Outcome.ESTABLISHMENT_CANCELLED, reason=Reason.CANCELLED, talk_ms=0)
        await prison.outcome(said)
    visit = await service.board.store.read(visit_by_id, booking_id)
    assert visit is not None
    assert visit.call.ending is not None
    assert visit.call.ending.outcome is Outcome.PRISONER_CANCELLED


async def test_a_photo_is_given_only_to_a_laptop_with_that_person_on_its_sheet(
    service: Running, seeded: Seeded
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        _, sheet, _ = await peer.hello()
    sha256 = sheet.bookings[0].participants[0].photo
    assert sha256 is not None
    content = (await service.get(f"/laptop/v1/photos/{sha256}", seeded.laptop)).content
    assert hashlib.sha256(content).hexdigest() == sha256
    answers = [
        await service.get(f"/laptop/v1/photos/{name}", laptop_name)
        for name, laptop_name in (
            (sha256, "Laptop 2"),
            ("0" * 64, seeded.laptop),
            ("..", seeded.laptop),
            (sha256, None),
        )
    ]
    assert [answer.status_code for answer in answers] == [404, 404, 404, 403]
    assert (refusal_of(answers[0]), refusal_of(answers[3])) == (RefusalCode.NO_PHOTO, RefusalCode.NOT_A_LAPTOP)


async def test_what_a_laptop_found_of_itself_is_kept_for_staff(file: Path, service: Running, seeded: Seeded) -> None:
    row = CheckRow(check=CheckName.CAMERA, light=Light.RED, found="light 1%", fix="Uncover the camera.")
    said = Readiness(checked_at=NOON, checked_for=CheckedFor.OFFICER, rows=(row,))
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await peer.send(said.model_dump_json())
        await cosigned(peer, head(5))  # which is answered after it
        await peer.send(said.model_dump_json().replace("light 1%", "light\\u001b[2J"))
        assert await peer.refused() is RefusalCode.MALFORMED
    with opened(file) as database:
        (mine,) = [each for each in database.read(reported) if each.laptop == seeded.laptop]
    assert mine.readiness == said
