"""The headers every HTTP answer carries: nothing from elsewhere, nothing inline, nothing kept."""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from visits.api.origin import own_origin
from visits.api.settings import Settings

ALWAYS: Final = {
    "Permissions-Policy": "camera=(self), microphone=(self), screen-wake-lock=(self), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SafeHeaders:
    """ASGI middleware that adds the headers; static files may be kept but are asked for again, all else is not kept."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and dress the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = ALWAYS | {
            "Content-Security-Policy": self._content_policy(HTTPConnection(scope)),
            "Cache-Control": "no-cache" if scope["path"].startswith("/static/") else "no-store",
        }

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(headers)
            await send(message)

        await self._app(scope, receive, send_dressed)

    def _content_policy(self, connection: HTTPConnection) -> str:
        """Older phones do not read 'self' as including our own WebSocket, so it is named."""
        origin = own_origin(connection, self._settings)
        socket = "" if origin is None else f" {origin.replace('http', 'ws', 1)}"
        return (
            f"default-src 'self'; connect-src 'self'{socket}; object-src 'none'; base-uri 'none'; "
            "form-action 'self'; frame-ancestors 'none'"
        )
