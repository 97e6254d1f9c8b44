"""The network end of a WebSocket, by hand: what the client sends, what it is sent, and a client that does not read."""

import asyncio
from typing import Any

from starlette.types import Message
from starlette.websockets import WebSocket


class AsgiSocket:
    """Stands where uvicorn would. `reads` is cleared for a client that has stopped reading."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self._incoming: asyncio.Queue[Message] = asyncio.Queue()

    async def accepted(self) -> WebSocket:
        scope: dict[str, Any] = {"type": "websocket", "path": "/", "headers": [], "query_string": b""}
        self._incoming.put_nowait({"type": "websocket.connect"})
        socket = WebSocket(scope, self._incoming.get, self._send)
        await socket.accept()
        return socket

    def arrives(self, text: str) -> None:
        self._incoming.put_nowait({"type": "websocket.receive", "text": text})

    def is_lost(self) -> None:
        self._incoming.put_nowait({"type": "websocket.disconnect", "code": 1006})

    async def _send(self, message: Message) -> None:
        await self.reads.wait()
        self.sent.append(message)
        if message["type"] == "websocket.close":
            self._incoming.put_nowait({"type": "websocket.disconnect", "code": message["code"]})
