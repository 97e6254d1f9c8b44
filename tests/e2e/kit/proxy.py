"""A network cable between the laptop and the service that a test can pull out and put back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Cable:
    """Forwards TCP while plugged in; pulled out, it drops every connection and takes no new one."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._plugged = True
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def pull(self) -> None:
        """Nothing gets through any more."""
        self._plugged = False
        for writer in tuple(self._open):
            writer.transport.abort()

    def plug_in(self) -> None:
        """All is as before."""
        self._plugged = True

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._open.add(writer)
        try:
            if self._plugged:
                await self._join(reader, writer)
        except OSError:
            pass
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)
            writer.close()

    async def _join(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._open.add(far_writer)
        try:
            await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))
        finally:
            self._open.discard(far_writer)
            far_writer.close()

    @classmethod
    @contextlib.asynccontextmanager
    async def to(cls, url: str) -> AsyncIterator["Cable"]:
        """A cable to the service at `url`."""
        cable = cls(int(url.rpartition(":")[2]))
        cable._server = await asyncio.start_server(cable._met, "127.0.0.1", 0)
        try:
            yield cable
        finally:
            cable._server.close()
            cable.pull()
            for task in tuple(cable._tasks):
                task.cancel()
            await asyncio.gather(*cable._tasks, return_exceptions=True)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)
        await writer.drain()
    writer.close()
