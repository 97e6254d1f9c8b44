"""A migrated database in a file of its own, and a demo day in it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.fakes.visits import NOON
from visits.demo_data.seed import Seeded, Wish, seed
from visits.store.database import Database
from visits.store.migrate import migrate


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database(tmp_path / "visits.db")
    made.open()
    migrate(made)
    yield made
    made.close()


@pytest.fixture
def seeded(database: Database) -> Seeded:
    return database.write(seed, Wish(timedelta(0), timedelta(minutes=30)), NOON)
