"""Runs the application on uvicorn: real sockets, dead links noticed within 5 s, a clean stop within 2 s."""

import asyncio
import json
import logging
import os
import socket
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Final

import uvicorn
from starlette.types import ASGIApp

from contract.strict import LONGEST_MESSAGE_BYTES
from visits.api.tls import NamingHttp, NamingUpgrade
from visits.errors import Unavailable

log = logging.getLogger(__name__)

PING_EVERY_S: Final = 1.0
LAPTOPS_PING_EVERY_S: Final = 2.0  # 1,200 of them, and one with a call in hand pings every second itself
PONG_WITHIN_S: Final = 3.0
FAREWELL_WITHIN_S: Final = 0.5
STOP_WITHIN_S: Final = 1
UNACKNOWLEDGED_MS: Final = 4000


async def _in_silence() -> None:
    """No last words."""


class Server(uvicorn.Server):
    """uvicorn, stopped by `stop` alone; `ready` is called once it listens, `farewell` once it no longer does.

    With `tls` it speaks that alone.
    """

    def __init__(
        self,
        app: ASGIApp,
        ready: Callable[[], None],
        tls: ssl.SSLContext | None = None,
        farewell: Callable[[], Awaitable[None]] = _in_silence,
        ping_every_s: float = PING_EVERY_S,
    ) -> None:
        super().__init__(_config(app, tls, ping_every_s))
        self._ready, self._farewell = ready, farewell

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say so."""
        await super().startup(sockets)
        self._ready()

    def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]  # any context will do
        """Take no signals: whoever owns the process does, and calls `stop`."""
        return nullcontext()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in stages, each with a limit: no new connections, last words, then what is open is closed."""
        for each in self.servers:
            each.close()
        try:
            async with asyncio.timeout(FAREWELL_WITHIN_S):
                await self._farewell()
        except (TimeoutError, Unavailable) as error:
            log.warning("not everybody was told that the service stops: %s", type(error).__name__)
        await super().shutdown(sockets)

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


def url_of(listening: socket.socket, scheme: str = "http") -> str:
    """The address a client can use."""
    host, port = listening.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def write_ready_file(file: Path, urls: dict[str, str]) -> None:
    """Write {"url": ..., "laptop_url": ...} so that whoever waits for the file never sees half of it."""
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(urls) + "\n", encoding="utf-8")
    draft.replace(file)


def _config(app: ASGIApp, tls: ssl.SSLContext | None, ping_every_s: float) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=NamingHttp,
        ws=NamingUpgrade,
        ssl_context_factory=None if tls is None else (lambda _config, _default: tls),
        # Room above our own limit, so that a message somewhat too large is refused in words; past it, close code 1009.
        ws_max_size=4 * LONGEST_MESSAGE_BYTES,
        ws_ping_interval=ping_every_s,
        ws_ping_timeout=PONG_WITHIN_S,
        ws_per_message_deflate=False,  # a few bytes must not become many
        timeout_graceful_shutdown=STOP_WITHIN_S,
        access_log=False,  # links are secrets
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
