"""Brings the tables up to date, in-process and in one transaction. Safe to run by two processes at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from visits.store import changes
from visits.store.database import Database


def alembic_config(connection: Connection) -> Config:
    """Alembic's settings, without an ini file: scripts beside this module, work on `connection`."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(database: Database) -> None:
    """Create or upgrade the tables. Raises Unavailable when the file cannot be written."""
    database.write_schema(_upgrade)


def _upgrade(connection: Connection) -> None:
    command.upgrade(alembic_config(connection), "head")
    changes.install(connection)
