"""Each laptop's list of officers: when there is a new one, for whom, and what it says."""

import base64
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import Envelope, opened
from contract.key_set import KeySet
from contract.only_for import NotForUs, read_as
from contract.roster import LONGEST_BYTES, ROSTER, Roster
from contract.strict import parse
from contract.words import Use
from tests.fakes.rosters import ANOTHERS_KEY, SEALING_KEY, officer
from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded
from visits.keys.folder import entry_of
from visits.keys.signer import DOCUMENTS, POLICY, DocumentSigner
from visits.store.database import Database
from visits.store.documents import documents_state, newest_documents
from visits.store.officers import Done, NewOfficer, add_officer, disable_officer, reset_pin
from visits.store.rosters import RosterSigning, issue_roster, roster_due_at
from visits.store.tables import LaptopRow
from visits.store.trust_tables import DocumentRow

LAPTOP, PLACE = 1, 1
DONE = Done(NOON, "staff")


def signer(name: str = "documents") -> DocumentSigner:
    key = Ed25519PrivateKey.from_private_bytes(name.encode().ljust(32, b"\0"))
    return DocumentSigner(entry_of(key, "HMP Example", Use.DEMO, DOCUMENTS), key)


KEYS = KeySet(keys=(signer().entry, entry_of(Ed25519PrivateKey.generate(), "HMP Example", Use.DEMO, POLICY)))


def _enrolled(session: Session, key: X25519PrivateKey) -> None:
    row = session.get_one(LaptopRow, LAPTOP)
    row.sealing_key = base64.b64encode(key.public_key().public_bytes_raw()).decode()


def _adds(session: Session, number: str, pin: str) -> None:
    add_officer(session, PLACE, NewOfficer(number, f"Officer {number}", False, officer(number, pin).verifier), DONE)


@pytest.fixture
def service(database: Database, seeded: Seeded) -> Database:
    database.write(_enrolled, SEALING_KEY)
    database.write(_adds, "B2", "571046")
    database.write(_adds, "A1", "482913")
    return database


def renewed(service: Database, now: datetime = NOON, signed_by: DocumentSigner | None = None) -> Envelope:
    """What the laptop is given at `now`."""
    signing = RosterSigning(signed_by or signer(), now)
    if service.read(roster_due_at, LAPTOP, signing) is None:
        service.write(issue_roster, LAPTOP, signing)
    (found,) = [each for each in service.read(newest_documents, LAPTOP) if each.kind is DocumentKind.ROSTER]
    keys = KeySet(keys=((signed_by or signer()).entry, *KEYS.keys[1:]))
    return opened(found.text, DocumentKind.ROSTER, keys.key_of)


def listed(envelope: Envelope) -> Roster:
    return parse(read_as(SEALING_KEY, envelope.payload), ROSTER, LONGEST_BYTES)


def test_it_names_everybody_and_is_for_one_laptop(service: Database, seeded: Seeded) -> None:
    envelope = renewed(service)
    assert [each.number for each in listed(envelope).officers] == ["A1", "B2"]
    assert envelope.header.aud.laptop == seeded.laptop
    assert envelope.header.not_before <= NOON < NOON + timedelta(days=60) < envelope.header.expires
    with pytest.raises(NotForUs):
        read_as(ANOTHERS_KEY, envelope.payload)


def test_as_long_as_nothing_has_changed_it_is_the_same_bytes(service: Database) -> None:
    assert renewed(service) == renewed(service, NOON + timedelta(hours=23))


def test_who_comes_who_goes_and_a_new_pin_make_a_new_one_with_a_higher_serial(service: Database) -> None:
    first = renewed(service)
    service.write(_adds, "C3", "905172")
    second = renewed(service)
    assert "C3" in {each.number for each in listed(second).officers}
    service.write(disable_officer, PLACE, "C3", DONE)
    third = renewed(service)
    assert [each.number for each in listed(third).officers if each.disabled] == ["C3"]
    service.write(reset_pin, PLACE, "A1", officer("A1", "639174").verifier, DONE)
    fourth = renewed(service)
    assert listed(fourth).officers[0].verifier == officer("A1", "639174").verifier
    serials = [each.header.serial for each in (first, second, third, fourth)]
    assert serials == sorted(set(serials))


def test_what_changes_nothing_makes_no_new_one(service: Database) -> None:
    service.write(disable_officer, PLACE, "A1", DONE)
    before = renewed(service)
    service.write(disable_officer, PLACE, "A1", DONE)
    assert renewed(service) == before


def test_it_is_signed_anew_each_day_so_that_its_age_is_the_truth(service: Database) -> None:
    before = renewed(service)
    after = renewed(service, NOON + timedelta(days=1))
    assert after.header.not_before - before.header.not_before == timedelta(days=1)
    assert listed(after) == listed(before)


def test_a_laptop_enrolled_anew_and_a_new_signing_key_have_a_new_one_at_once(service: Database) -> None:
    before = renewed(service)
    by_another = renewed(service, signed_by=signer("the next key"))
    assert by_another.header.kid != before.header.kid
    service.write(_enrolled, ANOTHERS_KEY)
    assert read_as(ANOTHERS_KEY, renewed(service, signed_by=signer("the next key")).payload)


def test_a_laptop_that_is_not_enrolled_has_none(database: Database, seeded: Seeded) -> None:
    signing = RosterSigning(signer(), NOON)
    due_at = database.read(roster_due_at, LAPTOP, signing)
    assert due_at is not None
    assert due_at.year == 9999


def test_an_establishment_where_nobody_was_ever_an_officer_has_none(database: Database, seeded: Seeded) -> None:
    database.write(_enrolled, SEALING_KEY)
    assert database.read(roster_due_at, LAPTOP, RosterSigning(signer(), NOON)) is not None
    database.write(_adds, "A1", "482913")
    assert database.read(roster_due_at, LAPTOP, RosterSigning(signer(), NOON)) is None


def test_old_lists_do_not_pile_up_and_a_new_one_is_no_news_to_other_laptops(service: Database) -> None:
    states = set()
    for day in range(5):
        renewed(service, NOON + timedelta(days=day))
        states.add(service.read(documents_state))
    assert states == {(0, 0)}
    assert service.read(lambda session: session.scalar(select(func.count()).select_from(DocumentRow))) == 1
