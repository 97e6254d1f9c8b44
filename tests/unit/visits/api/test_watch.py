"""What the service does for connected laptops at each look: who comes first, what waits, what is forgotten."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.laptop_link import Document
from contract.refusals import RefusalCode
from contract.stream import Stream
from tests.fakes.rosters import officer
from tests.fakes.service_keys import enrolled, service_keys
from tests.fakes.visits import COSIGNER, NOON, FakeServiceClock, Listener
from visits.api.lost_streams import KEPT_FOR_S
from visits.api.settings import Settings
from visits.api.switchboard import Switchboard
from visits.api.watch import AT_A_TIME, Watch
from visits.demo_data.seed import Seeded
from visits.store.database import Database
from visits.store.documents import put_document
from visits.store.identities import certificate_with, revoke
from visits.store.officers import Done, NewOfficer, add_officer

PLACE = 1


@pytest.fixture
def clock() -> FakeServiceClock:
    return FakeServiceClock()


@pytest.fixture
async def board(tmp_path: Path, seeded: Seeded, clock: FakeServiceClock) -> AsyncIterator[Switchboard]:
    database = Database(tmp_path / "visits.db")
    async with Switchboard(database, Settings(), clock, COSIGNER, service_keys()) as board:
        yield board


async def comes(board: Switchboard, name: str) -> tuple[int, Listener]:
    """A laptop of this name is enrolled, has its place and has read what there is; it is not welcomed yet."""
    issued = await board.store.write(enrolled, name, NOON)
    found = await board.store.read(certificate_with, issued.serial)
    assert found is not None
    certificate, speaker = found[0], Listener()
    laptop_id = certificate.laptop_id
    board.laptops.enter(certificate, speaker)
    board.documents.give(laptop_id, await board.documents.newest(laptop_id))
    board.sheets.give(laptop_id, await board.sheets.newest(laptop_id))
    return laptop_id, speaker


async def connects(board: Switchboard, name: str) -> tuple[int, Listener]:
    laptop_id, speaker = await comes(board, name)
    board.laptops.greet(laptop_id)
    return laptop_id, speaker


async def publish(board: Switchboard, serial: int) -> None:
    await board.store.write(put_document, DocumentKind.POLICY, PLACE, None, serial, f"policy {serial}")


def policies(speaker: Listener) -> list[str]:
    said = [each for each in speaker.heard if isinstance(each, Document) and each.kind is DocumentKind.POLICY]
    return [each.document for each in said]


def _adds(session: Session, number: str) -> None:
    new = NewOfficer(number, "An officer", False, officer(number, "482913").verifier)
    add_officer(session, PLACE, new, Done(NOON, "staff"))


def _keeps_no_list(session: Session) -> None:
    session.execute(
        text("CREATE TRIGGER full BEFORE INSERT ON rosters BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    )


async def test_a_document_published_while_a_laptop_says_hello_reaches_it(board: Switchboard, seeded: Seeded) -> None:
    watch = Watch(board)
    laptop_id, speaker = await comes(board, seeded.laptop)
    await watch.look()
    await publish(board, 7)
    await watch.look()
    assert policies(speaker) == []
    board.laptops.greet(laptop_id)
    await watch.look()
    await watch.look()
    assert policies(speaker) == ["policy 7"]


@pytest.mark.slow
@pytest.mark.attack("laptop-revoked", tier="U")
async def test_a_revoked_laptop_waits_for_no_pass_over_all_the_others(board: Switchboard, seeded: Seeded) -> None:
    watch = Watch(board)
    speakers = [(await connects(board, f"laptop {number}"))[1] for number in range(AT_A_TIME + 2)]
    _, revoked = await connects(board, seeded.laptop)
    while await watch.look():
        pass
    await publish(board, 7)
    assert await watch.look()
    assert sum(len(policies(speaker)) for speaker in [*speakers, revoked]) == AT_A_TIME
    await board.store.write(revoke, seeded.laptop, NOON, "a test")
    await watch.look()
    assert revoked.refusals() == [RefusalCode.NOT_A_LAPTOP]
    while await watch.look():
        pass
    assert [policies(speaker) for speaker in speakers] == [["policy 7"]] * len(speakers)


async def test_a_list_of_officers_that_cannot_be_written_holds_nothing_up(board: Switchboard, seeded: Seeded) -> None:
    watch = Watch(board)
    _, speaker = await connects(board, seeded.laptop)
    await watch.look()
    await board.store.write(_keeps_no_list)
    await board.store.write(_adds, "A1")
    await publish(board, 7)
    await watch.look()
    assert policies(speaker) == ["policy 7"]
    assert not board.documents.due()


async def test_a_laptop_whose_stream_is_let_go_is_forgotten(
    board: Switchboard, seeded: Seeded, clock: FakeServiceClock
) -> None:
    watch = Watch(board)
    await board.store.write(_adds, "A1")
    laptop_id, speaker = await connects(board, seeded.laptop)
    board.laptops.leave(laptop_id, speaker)
    board.laptops.lost.keep(laptop_id, Stream("a stream"), clock.monotonic())
    await watch.look()
    assert board.documents.known() == board.sheets.known() == frozenset({laptop_id})
    clock.advance(timedelta(days=2))
    assert not board.documents.due()  # nobody is there to be given a fresh list
    assert clock.monotonic() > KEPT_FOR_S
    await watch.look()
    assert board.documents.known() == board.sheets.known() == frozenset()


async def test_a_laptop_that_arrives_with_its_list_of_the_day_is_no_news_to_the_others(
    board: Switchboard, seeded: Seeded
) -> None:
    watch = Watch(board)
    await board.store.write(_adds, "A1")
    await connects(board, seeded.laptop)
    await watch.look()
    await connects(board, "another laptop")
    await board.documents.note(await board.store.version())
    assert not board.documents.due()
