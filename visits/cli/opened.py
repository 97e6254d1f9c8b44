"""The database as a command uses it: opened, brought up to date, closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visits.store.database import Database
from visits.store.migrate import migrate


@contextmanager
def opened(file: Path) -> Iterator[Database]:
    """The database in `file`. Raises Unavailable. May run beside a service that uses the same file."""
    database = Database(file)
    try:
        database.open()
        migrate(database)
        yield database
    finally:
        database.close()
