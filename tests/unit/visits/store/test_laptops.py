"""Laptops in the store: their sheets, signed, whose serial only grows."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import header_of
from contract.sheet import CallSheet, Cancelled
from contract.words import Outcome, Use
from tests.fakes.service_keys import service_keys, sheet_in, signing
from tests.fakes.visits import NOON, report
from visits.demo_data.seed import Seeded
from visits.errors import ServiceError
from visits.keys.folder import entry_of
from visits.keys.signer import DOCUMENTS, DocumentSigner
from visits.store.bookings import cancel, renew_link
from visits.store.database import Database
from visits.store.identities import laptop_named
from visits.store.laptops import SKEW, SheetSigning, issue_sheet, only_establishment, standing_sheet
from visits.store.outcomes import keep_outcome
from visits.tokens import digest, new_token

LAPTOP = 1
SERIAL = int(NOON.timestamp())


def issue(database: Database, after: timedelta = timedelta(0)) -> CallSheet:
    return sheet_in(database.write(issue_sheet, LAPTOP, signing(NOON + after)).document)


def test_a_laptop_is_made_once_by_name(database: Database, seeded: Seeded) -> None:
    establishment_id = database.read(only_establishment)
    first = database.write(laptop_named, "Laptop 2", establishment_id).id
    assert database.write(laptop_named, "Laptop 2", None).id == first
    with pytest.raises(ServiceError, match="exactly one establishment"):
        database.write(laptop_named, "Laptop 3", None)


def test_a_sheet_stands_until_what_it_says_changes(database: Database, seeded: Seeded) -> None:
    assert database.read(standing_sheet, LAPTOP, signing(NOON)) is None
    first = issue(database)
    hour = timedelta(hours=1)
    standing = database.read(standing_sheet, LAPTOP, signing(NOON + hour))
    assert standing is not None
    assert sheet_in(standing.document) == first
    assert standing.listed.booking_ids == tuple(booking.booking_id for booking in first.bookings)
    database.write(cancel, seeded.due.booking_id, Outcome.PRISONER_CANCELLED)
    assert database.read(standing_sheet, LAPTOP, signing(NOON + hour)) is None
    second = issue(database, hour)
    assert (first.serial, second.serial) == (SERIAL, SERIAL + 3600)
    assert seeded.due.booking_id not in [booking.booking_id for booking in second.bookings]
    assert second.cancelled == (Cancelled(booking_id=seeded.due.booking_id, outcome=Outcome.PRISONER_CANCELLED),)


def test_a_change_that_the_sheet_does_not_show_makes_no_new_one(database: Database, seeded: Seeded) -> None:
    first = issue(database)
    database.write(renew_link, seeded.due.booking_id, digest(new_token()))
    assert database.read(standing_sheet, LAPTOP, signing(NOON)) is None
    assert issue(database) == first
    assert database.read(standing_sheet, LAPTOP, signing(NOON)) is not None


def test_a_new_day_needs_a_new_sheet_even_if_nothing_is_booked(database: Database, seeded: Seeded) -> None:
    def end_all(session: Session) -> None:
        for made in (seeded.due, *seeded.later):
            keep_outcome(session, LAPTOP, report(made.booking_id), NOON)

    database.write(end_all)
    issue(database)
    day = timedelta(days=1)
    assert database.read(standing_sheet, LAPTOP, signing(NOON + day)) is None
    assert issue(database, day).serial == SERIAL + 86_400


def test_the_same_sheet_is_the_same_bytes(database: Database, seeded: Seeded) -> None:
    first = database.write(issue_sheet, LAPTOP, signing(NOON))
    assert database.write(issue_sheet, LAPTOP, signing(NOON + timedelta(hours=1))).document == first.document
    header = header_of(first.document, DocumentKind.SHEET)
    assert (header.aud.laptop, header.serial) == (seeded.laptop, SERIAL)
    assert (header.not_before, header.expires) == (NOON - SKEW, NOON + timedelta(hours=36))


def test_a_sheet_is_signed_anew_when_half_its_life_is_over(database: Database, seeded: Seeded) -> None:
    short = timedelta(hours=2)
    first = database.write(issue_sheet, LAPTOP, signing(NOON, short))
    assert first.due_at == NOON + short / 2
    assert database.read(standing_sheet, LAPTOP, signing(first.due_at, short)) is None
    again = database.write(issue_sheet, LAPTOP, signing(first.due_at, short))
    assert again.serial > first.serial
    assert header_of(again.document, DocumentKind.SHEET).expires == first.due_at + short


def test_a_sheet_is_signed_anew_when_another_key_signs(database: Database, seeded: Seeded) -> None:
    database.write(issue_sheet, LAPTOP, signing(NOON))
    key = Ed25519PrivateKey.generate()
    entry = entry_of(key, "visits, tried", Use.DEMO, DOCUMENTS)
    other = SheetSigning(DocumentSigner(entry, key), NOON, timedelta(hours=36))
    assert database.read(standing_sheet, LAPTOP, other) is None
    again = database.write(issue_sheet, LAPTOP, other)
    assert header_of(again.document, DocumentKind.SHEET).kid == entry.key_id != service_keys().signer.key_id


@pytest.mark.slow
def test_a_service_restored_from_a_backup_is_ahead_of_what_it_gave_out_since(
    database: Database, seeded: Seeded, tmp_path: Path
) -> None:
    issue(database)
    with sqlite3.connect(tmp_path / "visits.db") as live, closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
        live.backup(backup)
    live.close()
    database.write(cancel, seeded.due.booking_id, Outcome.PRISONER_CANCELLED)
    given_out = issue(database, timedelta(minutes=5))
    restored = Database(tmp_path / "backup.db")
    restored.open()
    restored.write(cancel, seeded.later[0].booking_id, Outcome.PRISONER_CANCELLED)
    assert issue(restored, timedelta(minutes=6)).serial > given_out.serial
    restored.close()
