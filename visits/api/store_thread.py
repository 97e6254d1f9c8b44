"""The one thread that touches the database, so that a slow disk never holds up the event loop. What writes goes first.

Writes are kept in order, and so are reads; a read may see what was to be written after it was asked for.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from visits.store.database import Database
from visits.store.migrate import migrate

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Write:
    work: Callable[[Session], Any]
    answer: asyncio.Future[Any]


class StoreThread:
    """Runs the store's functions for the event loop. `open` first; `close` is safe twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._lock = Lock()
        self._unwritten: list[_Write] = []  # the next time the thread is free they are written together

    async def open(self) -> None:
        """Open the database and bring it up to date. Raises Unavailable."""
        await self._run(self._database.open)
        await self._run(partial(migrate, self._database))

    async def close(self) -> None:
        """Finish the work under way and let go of the file."""
        self._thread.shutdown(wait=True)
        self._database.close()

    async def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` on one consistent view. Raises Unavailable."""
        return await self._run(partial(self._database.read, work, *args, **kwargs))

    async def write(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `work` and make it durable, or leave everything as it was. Raises Unavailable.

        What waits for the thread at the same time is made durable together, for a disk is slower than all else.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        with self._lock:
            self._unwritten.append(_Write(lambda session: work(session, *args, **kwargs), answer))
            is_first = len(self._unwritten) == 1
        if is_first:
            self._thread.submit(self._write_all, loop)  # or before, by the next read that the thread comes to
        result: T = await answer
        return result

    def _write_all(self, loop: asyncio.AbstractEventLoop) -> None:
        """On the thread: write all that waits."""
        with self._lock:
            writes, self._unwritten = self._unwritten, []
        if not writes:
            return
        answers: Sequence[Any]
        try:
            answers = self._database.write_all([write.work for write in writes])
        except Exception as error:
            answers = [error] * len(writes)
        loop.call_soon_threadsafe(_answer, writes, answers)

    async def version(self) -> int:
        """A number that differs once anybody has committed a change. Raises Unavailable."""
        return await self._run(self._database.version)

    async def _run(self, work: Callable[[], T]) -> T:
        """What laptops in a call say is written: it does not wait behind the reads of all who are just arriving."""
        loop = asyncio.get_running_loop()

        def after_what_is_to_be_written() -> T:
            self._write_all(loop)
            return work()

        return await loop.run_in_executor(self._thread, after_what_is_to_be_written)


def _answer(writes: Sequence[_Write], answers: Sequence[Any]) -> None:
    for write, answer in zip(writes, answers, strict=True):
        if write.answer.done():
            continue  # whoever asked has gone; what was written stays
        if isinstance(answer, Exception):
            write.answer.set_exception(answer)
        else:
            write.answer.set_result(answer)
