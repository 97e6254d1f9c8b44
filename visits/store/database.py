"""The database file: opens it, makes it durable, and runs one piece of work at a time in one transaction each."""

import os
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import URL, Connection, Engine, PoolProxiedConnection, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from visits.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

BUSY_AFTER_MS: Final = 5000  # another process (the CLI) may be writing


class Database:
    """An SQLite file. Use it from one thread at a time; `close` is safe twice."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._engine = _engine(file)
        self._writing = self._engine.execution_options(writes=True)
        self._watch: PoolProxiedConnection | None = None

    def open(self) -> None:
        """Create the file if needed, readable by its owner only: it holds people's names. Raises Unavailable."""
        try:
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
            self._watch = self._engine.raw_connection()
        except (OSError, DBAPIError, sqlite3.Error) as error:
            raise Unavailable(f"cannot open {self._file}: {error}") from error

    def close(self) -> None:
        """Let go of the file."""
        if self._watch is not None:
            self._watch.close()
            self._watch = None
        self._engine.dispose()

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on one consistent view. Raises Unavailable when the database does not answer."""
        return self._run(self._engine, work, *args, **kwargs)

    def write(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` as the only writer and make it durable, or leave everything as it was."""
        return self._run(self._writing, work, *args, **kwargs)

    def write_all(self, works: Sequence[Callable[[Session], T]]) -> list[T | Exception]:
        """Each of `works` by itself or not at all, made durable together: a disk is asked once. Raises Unavailable.

        What one of them raises is its own answer, and changes nothing of the others: it is found out by doing all of
        them again, each in a savepoint, which is seldom and costs twice as much.
        """
        try:
            return self._together(works)
        except Exception:
            return self._each_by_itself(works)

    def _together(self, works: Sequence[Callable[[Session], T]]) -> list[T | Exception]:
        """Raises what any of `works` raises; then none of them has been done."""
        answers: list[T | Exception] = []
        with self._writing.begin() as connection, Session(connection, expire_on_commit=False) as session:
            for work in works:
                answers.append(_kept(connection, work(session)))
                session.flush()
            return [_kept(connection, answer) for answer in answers]

    def _each_by_itself(self, works: Sequence[Callable[[Session], T]]) -> list[T | Exception]:
        try:
            with self._writing.begin() as connection:
                return [_kept(connection, _in_savepoint(connection, work)) for work in works]
        except DBAPIError as error:
            raise Unavailable(str(error.orig)) from error

    def version(self) -> int:
        """A number that differs once anybody, in any process, has committed a change."""
        if self._watch is None:
            raise Unavailable("the database is not open")
        cursor = self._watch.cursor()
        try:
            return int(cursor.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error as error:
            raise Unavailable(str(error)) from error
        finally:
            cursor.close()

    def write_schema(self, work: Callable[[Connection], None]) -> None:
        """Run `work`, which changes the tables, in one transaction that keeps every other writer out."""
        try:
            with self._writing.begin() as connection:
                work(connection)
        except DBAPIError as error:
            raise Unavailable(f"the database cannot be brought up to date: {error.orig}") from error

    @staticmethod
    def _run(engine: Engine, work: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session, *args, **kwargs)
        except DBAPIError as error:
            raise Unavailable(str(error.orig)) from error


def _in_savepoint(connection: Connection, work: Callable[[Session], T]) -> T | Exception:
    options = {"expire_on_commit": False, "join_transaction_mode": "create_savepoint"}
    try:
        with Session(connection, **options) as session, session.begin():  # type: ignore[arg-type]  # the options' own types
            return work(session)
    except DBAPIError as error:
        return Unavailable(str(error.orig))
    except Exception as error:
        return error


def _kept(connection: Connection, answer: T | Exception) -> T | Exception:
    """`answer`, if the transaction still stands. Raises Unavailable: a full disk ends all of it, not one savepoint.

    SQLite would begin another without a word, and keep only what came after.
    """
    driver = connection.connection.driver_connection
    if driver is None or not driver.in_transaction:
        raise Unavailable("the disk is full or does not answer: nothing is kept of what was written together")
    return answer


def _engine(file: Path) -> Engine:
    engine = create_engine(URL.create("sqlite", database=str(file)))
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    """WAL lets readers and one writer work side by side; FULL makes a commit survive a power cut."""
    connection.isolation_level = None  # sqlite3 must not begin transactions of its own; `_begin` does
    connection.execute(f"PRAGMA busy_timeout={BUSY_AFTER_MS}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")


def _begin(connection: Connection) -> None:
    """A writer takes its lock at once: SQLite cannot wait for one half-way through a transaction."""
    is_writer = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
