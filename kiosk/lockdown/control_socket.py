"""The guard's second socket, for the machine's own root or the guard's user: it can end a call and nothing else."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final, Literal

from pydantic import TypeAdapter

from contract.strict import Malformed, Message, parse
from kiosk.lockdown.shell_socket import own_uid, peer

LOG: Final = logging.getLogger(__name__)
LONGEST_LINE_BYTES: Final = 256
ASK_WITHIN_S: Final = 2.0
MOST_AT_ONCE: Final = 8


class End(Message):
    """End whatever there is to end, now."""

    type: Literal["end"]


END: Final[TypeAdapter[End]] = TypeAdapter(End)
DONE: Final = b'{"ended":true}\n'


class ControlSocket:
    """Listens at `path`; `end` is called for each well-formed request of root or of the guard's own user."""

    def __init__(self, path: Path, end: Callable[[], None]) -> None:
        self._path, self._end = path, end
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start to listen; a socket file left by a dead guard is replaced."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        self._server = await asyncio.start_unix_server(self._met, self._path, limit=LONGEST_LINE_BYTES)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Stop listening. Safe twice."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (Malformed, TimeoutError, ValueError, ConnectionError) as error:
            LOG.warning("a request to the guard was refused: %s", error)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        uid, _pid = peer(writer.get_extra_info("socket"))
        if uid not in (0, own_uid()):
            raise ConnectionError("not root and not the guard's own user")
        if len(self._tasks) > MOST_AT_ONCE:
            raise ConnectionError("too many at once")
        async with asyncio.timeout(ASK_WITHIN_S):
            parse(await reader.readline(), END, LONGEST_LINE_BYTES)
        self._end()
        writer.write(DONE)
        await writer.drain()
