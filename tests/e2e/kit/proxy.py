"""A network cable between the laptop and the service that a test can pull out, freeze and put back."""

import asyncio
import contextlib
from collections.abc import AsyncIterator


class Cable:
    """Forwards TCP while plugged in. Pulled out, it drops every connection and takes none; frozen, it is silent."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._plugged = True
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def pull(self) -> None:
        """Nothing gets through any more."""
        self._plugged = False
        self._flows.set()
        for writer in tuple(self._open):
            writer.transport.abort()

    def freeze(self) -> None:
        """Nothing is forwarded and nothing is closed: no side is told anything. What is sent waits, as TCP has it."""
        self._flows.clear()

    def plug_in(self) -> None:
        """All is as before."""
        self._plugged = True
        self._flows.set()

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
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        finally:
            self._open.discard(far_writer)
            far_writer.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                await self._flows.wait()
                writer.write(data)
                await writer.drain()
        await self._flows.wait()
        writer.close()

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
