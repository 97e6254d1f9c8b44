"""Joiners, leavers and new PINs reach a connected laptop by its line, the others when they connect."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import Envelope
from contract.only_for import read_as
from contract.roster import LONGEST_BYTES, ROSTER, Roster
from contract.strict import parse
from tests.fakes.rosters import SEALING_KEY, officer
from tests.fakes.visits import NOON, FakeServiceClock
from tests.integration.service.harness import LaptopPeer, Running, laptop
from visits.api.watch import Watch
from visits.demo_data.seed import Seeded
from visits.store.database import Database
from visits.store.identities import laptop_named
from visits.store.officers import Done, NewOfficer, add_officer, disable_officer, reset_pin

pytestmark = pytest.mark.slow
PLACE, DONE = 1, Done(NOON, "staff")


def listed(envelope: Envelope) -> dict[str, bool]:
    """Who is on the list, and whether disabled."""
    roster: Roster = parse(read_as(SEALING_KEY, envelope.payload), ROSTER, LONGEST_BYTES)
    return {each.number: each.disabled for each in roster.officers}


def _adds(session: Session, number: str, pin: str) -> None:
    add_officer(session, PLACE, NewOfficer(number, "An officer", False, officer(number, pin).verifier), DONE)


def _has_our_key(session: Session, name: str) -> None:
    key = base64.b64encode(SEALING_KEY.public_key().public_bytes_raw()).decode()
    laptop_named(session, name, None).sealing_key = key


@pytest.fixture
def staff(file: Path, service: Running) -> Iterator[Database]:
    """What the command writes with, beside the running service."""
    database = Database(file)
    database.open()
    yield database
    database.close()


@pytest.fixture
async def name(service: Running, staff: Database, seeded: Seeded) -> str:
    """An enrolled laptop with a key of ours."""
    await service.context(seeded.laptop)
    staff.write(_has_our_key, seeded.laptop)
    staff.write(_adds, "A1", "482913")
    return seeded.laptop


async def says_hello(peer: LaptopPeer) -> Envelope:
    await peer.say("hello", protocol=1, software="test")
    return await peer.document(DocumentKind.ROSTER)


async def test_a_laptop_that_connects_is_given_the_list_and_the_same_one_again(service: Running, name: str) -> None:
    async with laptop(service, name) as peer:
        first = await says_hello(peer)
    assert listed(first) == {"A1": False}
    async with laptop(service, name) as peer:
        assert await says_hello(peer) == first


async def test_whatever_happens_to_officers_reaches_a_connected_laptop(
    service: Running, name: str, staff: Database
) -> None:
    watch = Watch(service.board)
    async with laptop(service, name) as peer:
        serials = [(await says_hello(peer)).header.serial]
        await watch.look()
        for work, arguments, expected in (
            (_adds, ("B2", "571046"), {"A1": False, "B2": False}),
            (lambda session: disable_officer(session, PLACE, "A1", DONE), (), {"A1": True, "B2": False}),
            (
                lambda session: reset_pin(session, PLACE, "B2", officer("B2", "905172").verifier, DONE),
                (),
                {"A1": True, "B2": False},
            ),
        ):
            staff.write(work, *arguments)
            await watch.look()
            found = await peer.document(DocumentKind.ROSTER)
            assert listed(found) == expected
            serials.append(found.header.serial)
    assert serials == sorted(set(serials))


async def test_after_a_day_a_connected_laptop_is_given_a_fresh_one(
    service: Running, name: str, clock: FakeServiceClock
) -> None:
    watch = Watch(service.board)
    async with laptop(service, name) as peer:
        first = await says_hello(peer)
        await watch.look()
        clock.advance(timedelta(days=1))
        await watch.look()
        second = await peer.document(DocumentKind.ROSTER)
    assert second.header.not_before - first.header.not_before == timedelta(days=1)
    assert listed(second) == listed(first)
