"""Runs the application on uvicorn: real sockets, dead links noticed within 4 s, a clean stop within 2 s."""

import json
import os
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from contract.strict import LONGEST_MESSAGE_BYTES
from visits.api.upgrade import RefusingUpgrade

PING_EVERY_S: Final = 1.0
PONG_WITHIN_S: Final = 3.0
STOP_WITHIN_S: Final = 1
UNACKNOWLEDGED_MS: Final = 4000


class Server(uvicorn.Server):
    """uvicorn, stopped by `stop` alone; `ready` is called once it listens."""

    def __init__(self, app: ASGIApp, ready: Callable[[], None]) -> None:
        super().__init__(_config(app))
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._ready()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # any context will do
        """Take no signals: whoever owns the process does, and calls `stop`."""
        return nullcontext()

    def stop(self) -> None:
        """Stop soon. Safe twice."""
        self.should_exit = True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family)
    # Connections inherit this: bytes that nobody acknowledges end a connection as quickly as a missing pong does.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS)
    return listening


def url_of(listening: socket.socket) -> str:
    """The address a client can use."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def write_ready_file(file: Path, url: str) -> None:
    """Write {"url": ...} so that whoever waits for the file never sees half of it."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(json.dumps({"url": url}) + "\n", encoding="utf-8")
    draft.replace(file)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="h11",
        ws=RefusingUpgrade,
        # Room above our own limit, so that a message somewhat too large is refused in words; past it, close code 1009.
        ws_max_size=4 * LONGEST_MESSAGE_BYTES,
        ws_ping_interval=PING_EVERY_S,
        ws_ping_timeout=PONG_WITHIN_S,
        ws_per_message_deflate=False,  # a few bytes must not become many
        timeout_graceful_shutdown=STOP_WITHIN_S,
        access_log=False,  # links are secrets
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
