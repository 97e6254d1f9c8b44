"""The database file: migrations, transactions, and noticing what others changed."""

import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded
from visits.errors import Unavailable
from visits.store.database import Database
from visits.store.migrate import alembic_config, migrate
from visits.store.tables import BookingRow, PrisonerRow, Row


def add_prisoner(session: Session, number: str) -> None:
    session.add(PrisonerRow(number=number, name="A Prisoner"))


def prisoners(session: Session) -> list[str]:
    return list(session.scalars(select(PrisonerRow.number).order_by(PrisonerRow.number)))


def test_the_migrations_make_the_tables_the_models_describe(database: Database) -> None:
    differences: list[object] = []

    def compare(connection: Connection) -> None:
        differences.extend(compare_metadata(MigrationContext.configure(connection), Row.metadata))

    database.write_schema(compare)
    assert differences == []


def test_migrating_twice_changes_nothing(database: Database, seeded: Seeded) -> None:
    migrate(database)
    assert "A4471CK" in database.read(prisoners)


def test_the_file_is_for_its_owner_only(database: Database, tmp_path: Path) -> None:
    for file in tmp_path.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name


def test_a_failed_write_leaves_everything_as_it_was(database: Database) -> None:
    def add_and_fail(session: Session) -> None:
        add_prisoner(session, "A1111AA")
        session.flush()
        raise RuntimeError("half-way")

    with pytest.raises(RuntimeError):
        database.write(add_and_fail)
    assert database.read(prisoners) == []


def test_the_version_changes_when_another_process_writes(database: Database, tmp_path: Path) -> None:
    before = database.version()
    assert database.version() == before
    other = Database(tmp_path / "visits.db")
    other.open()
    other.write(add_prisoner, "A1111AA")
    other.close()
    assert database.version() != before


def test_the_version_changes_with_our_own_writes_too(database: Database) -> None:
    before = database.version()
    database.write(add_prisoner, "A1111AA")
    assert database.version() != before


def test_a_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot open"):
        Database(tmp_path / "missing" / "visits.db").open()


def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "visits.db").write_text("this is not a database at all, only some words\n" * 30)
    broken = Database(tmp_path / "visits.db")
    with pytest.raises(Unavailable):
        broken.open()
    broken.close()


def test_closing_twice_is_safe(database: Database) -> None:
    database.close()
    database.close()


def test_a_moment_is_kept_in_utc_whatever_its_zone(database: Database, seeded: Seeded) -> None:
    def move(session: Session) -> None:
        row = session.get_one(BookingRow, seeded.due.booking_id)
        row.starts_at = datetime(2026, 7, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))

    def starts_at(session: Session) -> datetime:
        return session.get_one(BookingRow, seeded.due.booking_id).starts_at

    database.write(move)
    assert database.read(starts_at) == NOON
    assert database.read(starts_at).tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(database: Database, seeded: Seeded) -> None:
    def move(session: Session) -> None:
        session.get_one(BookingRow, seeded.due.booking_id).starts_at = datetime(2026, 7, 1, 14, 0)  # noqa: DTZ001

    with pytest.raises(StatementError, match="time zone"):
        database.write(move)


def test_what_was_kept_before_the_newest_tables_is_kept_through_them(database: Database, seeded: Seeded) -> None:
    def ending(session: Session) -> tuple[object, ...]:
        row = session.scalars(select(BookingRow).where(BookingRow.outcome.is_not(None))).one()
        return row.outcome, row.reason, row.talk_ms

    before = database.read(ending)
    database.write_schema(lambda connection: command.downgrade(alembic_config(connection), "0001"))
    migrate(database)
    assert database.read(ending) == before
    test_the_migrations_make_the_tables_the_models_describe(database)
