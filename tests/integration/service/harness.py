"""The real service on loopback, both listeners, in the test's event loop, with a fake clock; and clients to it."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Generic, TypeVar

import httpx
from pydantic import TypeAdapter
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from contract.documents import DocumentKind
from contract.envelope import Envelope, opened
from contract.key_set import KeySet
from contract.laptop_link import STREAM_HEADER, TO_LAPTOP, Document, LaptopWelcome, ToLaptopMessage, VisitorNow
from contract.record import OutcomeKept, OutcomeReport
from contract.refusals import RefusalCode, Refused
from contract.sheet import CALL_SHEET, CallSheet
from contract.strict import Message
from contract.visitor_link import TO_VISITOR, ToVisitorMessage, VisitorCall, VisitorWelcome
from contract.words import Presence
from tests.fakes.service_keys import LONG, ClientFiles, client_context, enrolled, service_keys
from tests.fakes.visits import COSIGNER, FakeServiceClock
from visits.api.app import create_app, create_laptop_app
from visits.api.farewell import Farewell
from visits.api.server import PING_EVERY_S, Server, listen, url_of
from visits.api.settings import Settings
from visits.api.switchboard import Switchboard
from visits.api.tls import laptops_context
from visits.keys.live import LiveKeys
from visits.store.database import Database

T = TypeVar("T", bound=Message)
M = TypeVar("M", bound=Message)

PATIENCE_S = 10.0
PAGE, SESSION = "page-0001", "session-1"


@dataclass
class Running:
    """A service under test."""

    url: str
    laptop_url: str
    board: Switchboard
    clock: FakeServiceClock
    folder: Path  # beside the database; identities stay there when the service starts again

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)

    @property
    def laptop_ws_url(self) -> str:
        return self.laptop_url.replace("http", "ws", 1)

    async def context(self, name: str | None) -> ssl.SSLContext:
        """The TLS of the laptop of this name, enrolled if it is not yet; None has no certificate."""
        if name is None:
            return client_context(None)
        files = ClientFiles(self.folder / f"{name}.client.pem", self.folder / f"{name}.client.key")
        if not files.certificate.exists():
            issued = await self.board.store.write(enrolled, name, self.clock.now())
            ClientFiles.written(self.folder, name, issued.pem)
        return client_context(files)

    async def get(self, path: str, name: str | None) -> httpx.Response:
        """What the laptop of this name is answered."""
        async with httpx.AsyncClient(trust_env=False, verify=await self.context(name)) as client:
            return await client.get(self.laptop_url + path)


@asynccontextmanager
async def running(
    file: Path,
    clock: FakeServiceClock,
    settings: Settings | None = None,
    keys: LiveKeys | None = None,
    *,
    laptop_host: str = "127.0.0.1",
    laptops_ping_every_s: float = PING_EVERY_S,
) -> AsyncIterator[Running]:
    """The service over `file`, stopped at the end as SIGTERM would stop it."""
    crashes: list[str] = []
    keys = keys or service_keys()
    async with AsyncExitStack() as stack:
        given = settings or Settings(certificates_last=LONG)
        board = await stack.enter_async_context(Switchboard(Database(file), given, clock, COSIGNER, keys))
        app = create_app(board, lambda: crashes.append("crashed"))
        farewell, tls = Farewell(board).say, laptops_context(keys.folder)
        url = await stack.enter_async_context(_served(app, farewell))
        laptop_url = await stack.enter_async_context(
            _served(create_laptop_app(board), farewell, tls, laptop_host, laptops_ping_every_s)
        )
        yield Running(url, laptop_url, board, clock, file.parent)
    assert crashes == []


@asynccontextmanager
async def _served(
    app: ASGIApp,
    farewell: Callable[[], Awaitable[None]],
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    ping_every_s: float = PING_EVERY_S,
) -> AsyncIterator[str]:
    listening_now = asyncio.Event()
    server = Server(app, listening_now.set, tls, farewell, ping_every_s)
    with listen(host, 0) as listening:
        url = url_of(listening, "http" if tls is None else "https")
        serving = asyncio.create_task(server.serve([listening]))
        await listening_now.wait()
        try:
            yield url
        finally:
            server.stop()
            await serving


class Peer(Generic[T]):
    """One client's WebSocket. Every wait has an end."""

    def __init__(self, socket: ClientConnection, kind: TypeAdapter[T]) -> None:
        self._socket = socket
        self._kind = kind

    async def say(self, type_: str, **fields: Any) -> None:
        await self.send(json.dumps({"type": type_, **fields}))

    async def send(self, raw: str | bytes) -> None:
        await self._socket.send(raw)

    async def send_as_text(self, raw: bytes) -> None:
        """A text frame with any bytes in it."""
        await self._socket.send(raw, text=True)

    async def hear(self) -> T:
        async with asyncio.timeout(PATIENCE_S):
            return self._kind.validate_json(await self._socket.recv())

    async def hear_a(self, kind: type[M], such_that: Callable[[M], bool] = lambda _: True) -> M:
        """The next message of `kind` for which `such_that` holds; others are passed over."""
        while True:
            message = await self.hear()
            if isinstance(message, kind) and such_that(message):
                return message

    async def refused(self) -> RefusalCode:
        return (await self.hear_a(Refused)).code

    async def closed(self) -> int:
        """The code with which the service closes; what it says before is passed over."""
        try:
            while True:
                await self.hear()
        except ConnectionClosed as over:
            return over.rcvd.code if over.rcvd is not None else 1006

    async def close(self) -> None:
        await self._socket.close()


class LaptopPeer(Peer[ToLaptopMessage]):
    """A laptop; it believes sheets that `keys` have signed."""

    def __init__(self, socket: ClientConnection, keys: KeySet) -> None:
        super().__init__(socket, TO_LAPTOP)
        self._keys = keys

    async def hello(self, **more: Any) -> tuple[LaptopWelcome, CallSheet, list[VisitorNow]]:
        """Say hello, and hear what always follows it."""
        await self.say("hello", protocol=1, software="test", **more)
        welcome = await self.hear()
        assert isinstance(welcome, LaptopWelcome)
        sheet = await self.sheet()
        visitors = [await self.hear_a(VisitorNow) for _ in sheet.bookings]
        return welcome, sheet, visitors

    async def sheet(self) -> CallSheet:
        return CALL_SHEET.validate_json((await self.document(DocumentKind.SHEET)).payload)

    async def document(self, kind: DocumentKind) -> Envelope:
        """The next signed document of this kind."""
        said = await self.hear_a(Document, lambda document: document.kind is kind)
        return opened(said.document, kind, self._keys.key_of)

    async def presence(self, presence: Presence) -> VisitorNow:
        return await self.hear_a(VisitorNow, lambda visitor: visitor.presence is presence)

    async def call(self, booking_id: str, state: str, **more: Any) -> None:
        await self.say("call", **{"booking_id": booking_id, "state": state, "talk_ms": 0, "left_ms": 0} | more)

    async def outcome(self, report: OutcomeReport) -> None:
        """Report how a call ended, and hear that it is kept."""
        await self.send(report.model_dump_json())
        kept = await self.hear_a(OutcomeKept)
        assert (kept.booking_id, kept.revision) == (report.booking_id, report.revision)


class VisitorPeer(Peer[ToVisitorMessage]):
    """A visitor's page."""

    async def hello(self, page: str = PAGE) -> tuple[VisitorWelcome, VisitorCall]:
        await self.say("hello", protocol=1, page=page)
        welcome, call = await self.hear(), await self.hear()
        assert isinstance(welcome, VisitorWelcome)
        assert isinstance(call, VisitorCall)
        return welcome, call

    async def ready(self) -> None:
        await self.say("ready", camera=True, microphone=True)


@asynccontextmanager
async def laptop(service: Running, name: str | None, stream_id: str | None = None) -> AsyncIterator[LaptopPeer]:
    """The connection of the laptop of this name, before hello; `stream_id` is the stream it knows."""
    tls = await service.context(name)
    async with linked(service, tls, stream_id) as peer:
        yield peer


@asynccontextmanager
async def linked(service: Running, tls: ssl.SSLContext, stream_id: str | None = None) -> AsyncIterator[LaptopPeer]:
    """A connection with this TLS, before hello."""
    headers = {} if stream_id is None else {STREAM_HEADER: stream_id}
    url = f"{service.laptop_ws_url}/laptop/v1/link"
    async with connect(url, ssl=tls, additional_headers=headers, proxy=None) as socket:
        yield LaptopPeer(socket, service.board.keys.key_set)


class Browser:
    """A visitor's browser: keeps the cookie of one link."""

    def __init__(self, service: Running, link: str) -> None:
        self._service = service
        self.path = f"/v/{link}"
        self.cookie: str | None = None

    async def get(self) -> httpx.Response:
        return await self._request("GET", self.path)

    async def claim(self) -> httpx.Response:
        answer = await self._request("POST", f"{self.path}/claim")
        self.cookie = answer.cookies.get("visit", self.cookie)
        return answer

    @asynccontextmanager
    async def page(self, origin: str | None = None) -> AsyncIterator[VisitorPeer]:
        """The page's connection, before hello. `origin` "" sends none."""
        url = f"{self._service.ws_url}{self.path}/ws"
        headers = {} if self.cookie is None else {"Cookie": f"visit={self.cookie}"}
        origin = self._service.url if origin is None else origin
        async with connect(url, additional_headers=headers, origin=origin or None, proxy=None) as socket:  # type: ignore[arg-type]  # Origin is a NewType
            yield VisitorPeer(socket, TO_VISITOR)

    async def _request(self, method: str, path: str) -> httpx.Response:
        cookies = {} if self.cookie is None else {"visit": self.cookie}
        async with httpx.AsyncClient(cookies=cookies, trust_env=False, verify=False) as client:
            return await client.request(method, self._service.url + path)


def refusal_of(answer: httpx.Response) -> RefusalCode:
    return Refused.model_validate_json(answer.content).code


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)
