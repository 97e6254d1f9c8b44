"""The bench's own signalling, on loopback: serves the pages, and carries words between them and the bench."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

from aiohttp import WSMsgType, web

PAGES: Final = Path(__file__).parent / "pages"
FAMILY: Final = Path(__file__).parents[2] / "visits" / "pages" / "static" / "js"
MOST_BYTES: Final = 1 << 24


class Line:
    """Words from and to one page. Whatever nobody waits for is kept in `heard`, in order."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self._came = asyncio.Event()
        self._socket: web.WebSocketResponse | None = None

    def hear(self, word: dict[str, Any]) -> None:
        """One more word has come."""
        self.heard.append(word)
        self._came.set()

    async def until(self, kind: str, within_s: float | None = 30, after: int = 0) -> dict[str, Any]:
        """The first word of this kind after so many. Raises TimeoutError."""
        try:
            async with asyncio.timeout(within_s):
                return await self._next(kind, after)
        except TimeoutError:
            raise TimeoutError(f"nothing of {kind!r} within {within_s:g} s") from None

    async def _next(self, kind: str, after: int) -> dict[str, Any]:
        while True:
            for word in self.heard[after:]:
                if word["type"] == kind:
                    return word
            after = len(self.heard)  # what was looked at is not looked at again: a long call says much
            self._came.clear()
            await self._came.wait()

    async def say(self, word: dict[str, Any]) -> None:
        """Tell the page."""
        assert self._socket is not None, "no page is there"
        await self._socket.send_str(json.dumps(word))

    def of(self, kind: str) -> list[dict[str, Any]]:
        """All words of this kind so far."""
        return [word for word in self.heard if word["type"] == kind]

    async def serve(self, socket: web.WebSocketResponse) -> None:
        """Hear the page until it goes."""
        self._socket = socket
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.hear(json.loads(message.data))


class Desk:
    """One page of each role at a time."""

    def __init__(self) -> None:
        self.lines: dict[str, Line] = {}
        self.url = ""

    def expect(self, role: str) -> Line:
        """A fresh line for the next page of this role."""
        self.lines[role] = Line()
        return self.lines[role]

    async def _met(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(max_msg_size=MOST_BYTES)
        await socket.prepare(request)
        await self.lines[request.match_info["role"]].serve(socket)
        return socket

    @classmethod
    @contextlib.asynccontextmanager
    async def open(cls) -> AsyncIterator["Desk"]:
        """Listen on a free port of loopback."""
        desk, app = cls(), web.Application()
        app.router.add_get("/line/{role}", desk._met)
        app.router.add_static("/pages", PAGES)
        app.router.add_static("/family", FAMILY)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield desk
        finally:
            await runner.cleanup()
