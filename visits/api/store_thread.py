"""The one thread that touches the database, so that a slow disk never holds up the event loop. Keeps work in order."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy.orm import Session

from visits.store.database import Database
from visits.store.migrate import migrate

P = ParamSpec("P")
T = TypeVar("T")


class StoreThread:
    """Runs the store's functions for the event loop. `open` first; `close` is safe twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")

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
        """Run `work` and make it durable, or leave everything as it was. Raises Unavailable."""
        return await self._run(partial(self._database.write, work, *args, **kwargs))

    async def version(self) -> int:
        """A number that differs once anybody has committed a change. Raises Unavailable."""
        return await self._run(self._database.version)

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
