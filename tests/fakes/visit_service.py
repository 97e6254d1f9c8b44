"""A stand-in for the service as the visitor's page meets it: the page, the claim, and what a test says."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from aiohttp import WSCloseCode, web

from contract.refusals import Refused
from contract.strict import Message, parse
from contract.visitor_link import FROM_VISITOR, Phase, VisitorCall, VisitorHello, VisitorWelcome
from visits.pages import STATIC, page_html

CSP = (
    "default-src 'self'; img-src 'self' data:; connect-src 'self' ws://127.0.0.1:*; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
TOKEN = "a-link-that-is-right"
WITHIN_S = 30.0
START = datetime(2024, 11, 22, 14, 30, tzinfo=UTC)
Heard = TypeVar("Heard", bound=Message)


def welcome(now: datetime = START - timedelta(minutes=12), **changes: object) -> VisitorWelcome:
    """The welcome of a believable booking, as seen at `now`."""
    fields = {
        "booking_id": "b1",
        "for_whom": "Tomos",
        "visitors": ("Mair Evans", "Jac Evans"),
        "establishment": "HMP Pen-y-Bont",
        "timezone": "Europe/London",
        "opens_at": START - timedelta(minutes=5),
        "starts_at": START,
        "ends_at": START + timedelta(minutes=30),
        "server_time": now,
        "recorded": True,
        "watched": True,
        "ice_servers": (),
    }
    return VisitorWelcome.model_validate(fields | changes)


class VisitService:
    """Listens on loopback. `heard` keeps every message of the page, each checked against the contract."""

    def __init__(self) -> None:
        self.welcome = welcome()
        self.call = VisitorCall(phase=Phase.EARLY, prison_connected=False)
        self.claim_refused: Refused | None = None
        self.heard: list[Message] = []
        self.pages: list[str] = []
        self.close_codes: list[int | None] = []
        self.url = ""
        self._sockets: set[web.WebSocketResponse] = set()
        self._something = asyncio.Condition()

    async def say(self, message: Message) -> None:
        """Send `message` to every page that is connected; a call message is also said to those that come later."""
        if isinstance(message, VisitorCall):
            self.call = message
        for socket in tuple(self._sockets):
            await socket.send_str(_wire(message))

    async def say_raw(self, frame: str | bytes) -> None:
        """Send something that need not be a message to every page that is connected."""
        for socket in tuple(self._sockets):
            await (socket.send_str(frame) if isinstance(frame, str) else socket.send_bytes(frame))

    async def wait_for(self, kind: type[Heard], count: int = 1) -> Heard:
        """The `count`th message of `kind` that the page has sent since `forget`."""
        await self.wait_until(lambda: len(self.of(kind)) >= count)
        return self.of(kind)[count - 1]

    async def wait_until(self, holds: Callable[[], bool]) -> None:
        """Wait until `holds()` after something the page has said."""
        async with asyncio.timeout(WITHIN_S), self._something:
            await self._something.wait_for(holds)

    async def wait_until_empty(self) -> None:
        """Wait until no page is connected."""
        await self.wait_until(lambda: not self._sockets)

    def of(self, kind: type[Heard]) -> list[Heard]:
        """Every message of `kind` so far."""
        return [message for message in self.heard if isinstance(message, kind)]

    def forget(self) -> None:
        """Forget what was heard."""
        self.heard.clear()

    async def drop(self) -> None:
        """Close every WebSocket, as a service that restarts does."""
        for socket in tuple(self._sockets):
            await socket.close(code=WSCloseCode.SERVICE_RESTART)

    def app(self) -> web.Application:
        """The routes."""
        app = web.Application()
        app.router.add_get("/v/{token}", self._page)
        app.router.add_post("/v/{token}/claim", self._claim)
        app.router.add_get("/v/{token}/ws", self._talk)
        app.router.add_static("/static", STATIC)
        return app

    async def _page(self, request: web.Request) -> web.Response:
        code, text = "link_unknown", "This link is not right. Open the link in the message you were sent."
        right = request.match_info["token"] == TOKEN
        html = page_html("call") if right else page_html("refused", code=code, text=text)
        headers = {"Content-Security-Policy": CSP, "Cache-Control": "no-store"}
        return web.Response(text=html, content_type="text/html", headers=headers, status=200 if right else 404)

    async def _claim(self, request: web.Request) -> web.Response:
        if self.claim_refused:
            return web.json_response(text=_wire(self.claim_refused), status=409)
        answer = web.json_response({})
        answer.set_cookie(
            "visit", "claimed", httponly=True, samesite="Strict", path=request.path.removesuffix("/claim")
        )
        return answer

    async def _talk(self, request: web.Request) -> web.WebSocketResponse:
        assert request.cookies.get("visit") == "claimed"
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        try:
            async for frame in socket:
                await self._hear(socket, parse(frame.data, FROM_VISITOR))
        finally:
            async with self._something:
                self._sockets.discard(socket)
                self.close_codes.append(socket.close_code)
                self._something.notify_all()
        return socket

    async def _hear(self, socket: web.WebSocketResponse, message: Message) -> None:
        if isinstance(message, VisitorHello):
            self.pages.append(message.page)
            self._sockets.add(socket)
            await socket.send_str(_wire(self.welcome))
            await socket.send_str(_wire(self.call))
        async with self._something:
            self.heard.append(message)
            self._something.notify_all()


def _wire(message: Message) -> str:
    return message.model_dump_json()


@asynccontextmanager
async def running() -> AsyncIterator[VisitService]:
    """A service on a free loopback port, closed at the end."""
    service = VisitService()
    runner = web.AppRunner(service.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    service.url = f"http://{host}:{port}/v/{TOKEN}"
    try:
        yield service
    finally:
        await service.drop()
        await runner.cleanup()
