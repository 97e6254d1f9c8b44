"""The laptops' TLS, and who is at the other end of it, told to the application by ASGI's TLS extension. Judges nobody.

uvicorn (0.54) does not tell the application of client certificates: these two protocols do, and nothing else.
"""

import asyncio
import ssl
from pathlib import Path
from typing import Any, Final, cast

import h11
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from visits.api.upgrade import RefusingUpgrade
from visits.keys.folder import AUTHORITY_PEM, SERVER_KEY, SERVER_PEM

TLS_1_3: Final = 0x0304
REQUEST_WITHIN_S: Final = 10.0  # all its headers; how long a handshake may take is asyncio's to say: 60 s


def laptops_context(folder: Path) -> ssl.SSLContext:
    """TLS 1.3 with our own authority alone. A client may come without a certificate, for it has to get its first.

    Raises OSError, of which ssl.SSLError is one.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(folder / SERVER_PEM, folder / SERVER_KEY)
    context.load_verify_locations(folder / AUTHORITY_PEM)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_STRICT
    context.num_tickets = 0  # every connection shows its certificate anew: a resumed one would not
    return context


def families_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """TLS 1.2 or later with an ordinary public certificate, for families' browsers. Raises OSError."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate, key)
    return context


class NamingHttp(H11Protocol):
    """HTTP whose requests say which certificate their connection came with, and whose silent connections end."""

    _asked_for: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """A connection, whose handshake is over."""
        super().connection_made(transport)
        self.app = _naming(self.app, transport)
        self._await_request()

    def on_response_complete(self) -> None:
        """The next request, if there is to be one, has its own time."""
        self._await_request()
        super().on_response_complete()

    def handle_websocket_upgrade(self, event: h11.Request) -> None:
        """From here on the connection is a WebSocket's, and so is its end."""
        self._await_nothing()
        super().handle_websocket_upgrade(event)

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._await_nothing()
        super().connection_lost(exc)

    def _await_request(self) -> None:
        self._await_nothing()
        self._asked_for = self.loop.call_later(REQUEST_WITHIN_S, self._end_if_silent)

    def _await_nothing(self) -> None:
        if self._asked_for is not None:
            self._asked_for.cancel()

    def _end_if_silent(self) -> None:
        """uvicorn would hold a connection that never says what it wants for ever."""
        if self.cycle is None or self.cycle.response_complete:
            self.transport.abort()


class NamingUpgrade(RefusingUpgrade):
    """WebSockets likewise."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A connection, whose handshake is over."""
        super().connection_made(transport)
        self.app = _naming(cast(ASGIApp, self.app), transport)


def _naming(app: ASGIApp, transport: asyncio.BaseTransport) -> ASGIApp:
    tls = tls_extension(transport.get_extra_info("ssl_object"))

    async def named(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "extensions": {**(scope.get("extensions") or {}), "tls": tls}}, receive, send)

    return named


def tls_extension(of: ssl.SSLObject | None) -> dict[str, Any]:
    """What the ASGI TLS extension says of a connection; the chain has the peer's own certificate alone."""
    der = None if of is None else of.getpeercert(binary_form=True)
    return {
        "server_cert": None,
        "client_cert_chain": [] if der is None else [ssl.DER_cert_to_PEM_cert(der)],
        "client_cert_name": None,
        "client_cert_error": None,
        "tls_version": None if of is None else TLS_1_3,
        "cipher_suite": None,
    }
