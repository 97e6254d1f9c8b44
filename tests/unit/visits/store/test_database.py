"""The database file: migrations, transactions, and noticing what others changed."""

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, select, text
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


def fill_the_disk(session: Session) -> None:
    """With a statement so simple that SQLite keeps no way back for it alone: it rolls back the whole transaction."""
    session.execute(text(f"PRAGMA max_page_count={session.scalar(text('PRAGMA page_count'))}"))
    session.execute(text("INSERT INTO plain VALUES (zeroblob(1000000))"))


@pytest.mark.parametrize("comes_after", [True, False])
def test_a_full_disk_leaves_nothing_of_a_batch_and_says_so_to_all_of_it(database: Database, comes_after: bool) -> None:
    database.write_schema(lambda connection: connection.exec_driver_sql("CREATE TABLE plain (x)").close())
    before, after = partial(add_prisoner, number="A1111AA"), partial(add_prisoner, number="A3333AA")
    works: list[Callable[[Session], None]] = [before, fill_the_disk, *([after] if comes_after else [])]
    with pytest.raises(Unavailable, match="nothing is kept"):
        database.write_all(works)
    assert database.read(prisoners) == []


def test_what_one_of_a_batch_raises_costs_the_others_nothing(database: Database) -> None:
    def one(session: Session) -> None:
        add_prisoner(session, "A1111AA")

    def another(session: Session) -> None:
        add_prisoner(session, "A3333AA")

    first, second, third = database.write_all([one, one, another])
    assert (first, third) == (None, None)
    assert isinstance(second, Unavailable)
    assert database.read(prisoners) == ["A1111AA", "A3333AA"]


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
