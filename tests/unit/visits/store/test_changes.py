"""Which laptops a change concerns: whoever writes it, and whatever a sheet is made of."""

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from tests.fakes.service_keys import enrolled, signing
from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded
from visits.store.changes import CONCERNS, CONCERNS_NO_SHEET, changes_since, install, newest_change
from visits.store.database import Database
from visits.store.identities import laptop_named
from visits.store.laptops import issue_sheet, standing_sheet
from visits.store.migrate import migrate
from visits.store.tables import Row

LAPTOP, OTHER = 1, 2


@pytest.fixture
def seen(database: Database, seeded: Seeded) -> int:
    """Two laptops, of which the first has the day's bookings; the newest change so far."""
    database.write(laptop_named, "Laptop 2", 1)
    for laptop_id in (LAPTOP, OTHER):
        database.write(issue_sheet, laptop_id, signing(NOON))
    return database.read(newest_change)


def changed(database: Database, seen: int) -> set[int]:
    return set(database.read(changes_since, seen).laptop_ids)


def by_another_process(tmp_path: Path, statement: str) -> None:
    """As the command line, or a person with sqlite3, would write it."""
    connection = sqlite3.connect(tmp_path / "visits.db", isolation_level=None)
    connection.execute(statement)
    connection.close()


def test_every_table_says_whom_it_concerns_or_that_it_concerns_no_sheet() -> None:
    known = CONCERNS.keys() | CONCERNS_NO_SHEET
    assert set(Row.metadata.tables) == known
    assert not CONCERNS.keys() & CONCERNS_NO_SHEET


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE prisoners SET name = 'Another' WHERE id = (SELECT prisoner_id FROM bookings WHERE laptop_id = 1)",
        "UPDATE visitors SET called = 'Mam'",
        "UPDATE visitors SET photo = NULL, name = 'Another'",
        "UPDATE vettings SET revoked_at = '2026-07-01 11:00:00'",
        "DELETE FROM vettings",
        "INSERT INTO vettings (visitor_id, valid_from, valid_until) SELECT id, 0, 0 FROM visitors",
        "DELETE FROM participants",
        "UPDATE bookings SET duration_s = duration_s + 60",
        "UPDATE bookings SET outcome = 'PRISONER_CANCELLED'",
        "UPDATE bookings SET note_for_officer = 'A note'",
    ],
)
def test_whatever_a_sheet_is_made_of_concerns_the_laptop_that_has_it_and_no_other(
    database: Database, tmp_path: Path, seen: int, statement: str
) -> None:
    by_another_process(tmp_path, statement)
    assert changed(database, seen) == {LAPTOP}
    assert database.read(standing_sheet, LAPTOP, signing(NOON)) is None
    assert database.read(standing_sheet, OTHER, signing(NOON)) is not None


def test_a_booking_that_moves_concerns_both_laptops(database: Database, tmp_path: Path, seen: int) -> None:
    by_another_process(tmp_path, "UPDATE bookings SET laptop_id = 2")
    assert changed(database, seen) == {LAPTOP, OTHER}


def test_what_stands_on_every_sheet_concerns_every_laptop_of_the_establishment(
    database: Database, tmp_path: Path, seen: int
) -> None:
    by_another_process(tmp_path, "UPDATE establishments SET turnaround_s = turnaround_s + 60")
    assert changed(database, seen) == {LAPTOP, OTHER}


def test_the_laptops_own_name_and_certificates_concern_it_and_its_sheet_does_not(
    database: Database, tmp_path: Path, seen: int
) -> None:
    by_another_process(tmp_path, "UPDATE laptops SET sheet_serial = sheet_serial WHERE id = 2")
    assert changed(database, seen) == set()
    by_another_process(tmp_path, "UPDATE laptops SET name = 'x' WHERE id = 2")
    assert changed(database, seen) == {OTHER}
    by_another_process(tmp_path, "UPDATE laptops SET name = 'Laptop 2' WHERE id = 2")
    database.write(enrolled, "Laptop 2", NOON)
    seen = database.read(newest_change)
    by_another_process(tmp_path, "UPDATE certificates SET used_at = '2026-07-01 11:00:00'")
    assert changed(database, seen) == set()
    by_another_process(tmp_path, "UPDATE certificates SET ended = 'revoked'")
    assert changed(database, seen) == {OTHER}


def test_changes_are_counted_upwards_and_seen_once(database: Database, tmp_path: Path, seen: int) -> None:
    by_another_process(tmp_path, "UPDATE bookings SET duration_s = 60")
    found = database.read(changes_since, seen)
    assert found.newest > seen
    assert database.read(changes_since, found.newest).laptop_ids == frozenset()
    assert database.read(changes_since, found.newest).newest == found.newest


def test_outcomes_heads_and_photos_by_themselves_concern_no_sheet(
    database: Database, tmp_path: Path, seen: int
) -> None:
    by_another_process(tmp_path, "INSERT INTO photos (sha256, kind, content) VALUES ('00', 'image/png', '')")
    assert changed(database, seen) == set()


def test_installing_again_counts_nothing_and_a_trigger_that_was_lost_concerns_everybody(
    database: Database, tmp_path: Path, seen: int
) -> None:
    migrate(database)
    assert changed(database, seen) == set()
    by_another_process(tmp_path, "DROP TRIGGER concerns_bookings_update")
    by_another_process(tmp_path, "UPDATE bookings SET duration_s = 60")
    migrate(database)
    assert changed(database, seen) == {LAPTOP, OTHER}
    assert database.read(standing_sheet, LAPTOP, signing(NOON)) is None


def test_laptops_that_were_there_before_are_counted_from_the_first(database: Database, seen: int) -> None:
    def lose(connection: Connection) -> None:
        for table in CONCERNS:
            for event in ("insert", "update", "delete"):
                connection.execute(text(f"DROP TRIGGER concerns_{table}_{event}"))
        connection.execute(text("DROP TABLE sheet_changes"))
        install(connection)

    database.write_schema(lose)
    assert changed(database, 0) == {LAPTOP, OTHER}
