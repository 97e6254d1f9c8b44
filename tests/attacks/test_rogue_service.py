"""Something else answers at the service's address: another authority's, expired, by another name, or without TLS.

Tier U: the laptop's real line against a real TLS server.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509

from contract.laptop_link import LaptopWelcome, ToLaptopMessage
from kiosk.errors import Unavailable
from kiosk.ipc import NOT_THE_SERVICE, LinkNow
from kiosk.link.service import PATH, ServiceLink
from kiosk.link.trust import trust
from kiosk.scenes import Fault, InCall, OutOfService
from tests.attacks.certificates import Authority
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day

pytestmark = pytest.mark.attack("rogue-service")

Certificate = Callable[[Authority, Authority], ssl.SSLContext | None]
ROGUES: dict[str, Certificate] = {
    "another authority's": lambda _ours, other: other.server(),
    "expired": lambda ours, _other: ours.server(until=datetime.now(UTC) - timedelta(hours=1)),
    "by another name": lambda ours, _other: ours.server(x509.DNSName("visits.example")),
    "without TLS": lambda _ours, _other: None,
}

WELCOME = LaptopWelcome(establishment="HMP Example", laptop="Visits 1", server_time=NOON)


class Gateway:
    """This site's own, which answers."""

    async def answers(self) -> bool:
        return True


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def other(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "other")


class Listener:
    """Keeps what the line says of itself, and what the service said."""

    def __init__(self) -> None:
        self.links: asyncio.Queue[LinkNow] = asyncio.Queue()
        self.said: list[ToLaptopMessage] = []

    def from_service(self, message: ToLaptopMessage) -> None:
        self.said.append(message)

    def link_changed(self, link: LinkNow) -> None:
        self.links.put_nowait(link)


class Service:
    """Welcomes whoever comes; keeps what they brought."""

    def __init__(self) -> None:
        self.tokens: list[str] = []

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        self.tokens.append(request.headers["Authorization"])
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(WELCOME.model_dump_json())
        async for _ in socket:
            pass
        return socket


@asynccontextmanager
async def served(shown: ssl.SSLContext | None) -> AsyncIterator[tuple[str, Service]]:
    """A service that shows this certificate, and where it is."""
    service, app = Service(), web.Application()
    app.router.add_get(PATH, service.talk)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=shown)
    await site.start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}", service
    finally:
        await runner.cleanup()


async def first_word(url: str, authority: Path) -> tuple[LinkNow, Listener]:
    """What a laptop that trusts this authority first says of its line to `url`."""
    listener = Listener()
    link = ServiceLink(url, "secret", software="test", gateway=Gateway(), tls=trust(url, authority))
    link.allow(True)
    running = asyncio.create_task(link.run(listener))
    try:
        return await asyncio.wait_for(listener.links.get(), 10), listener
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("certificate", ROGUES.values(), ids=ROGUES.keys())
async def test_what_is_not_the_service_gets_no_token_and_says_nothing(
    ours: Authority, other: Authority, certificate: Certificate
) -> None:
    async with served(certificate(ours, other)) as (url, service):
        word, listener = await first_word(url, ours.file)
    assert (word.up, word.refused) == (False, NOT_THE_SERVICE)
    assert (service.tokens, listener.said) == ([], [])


async def test_the_service_of_our_authority_is_welcomed(ours: Authority) -> None:
    async with served(ours.server()) as (url, service):
        word, _ = await first_word(url, ours.file)
    assert word.up
    assert service.tokens == ["Bearer secret"]


async def test_without_the_look_at_its_certificate_the_rogue_is_taken_for_the_service(other: Authority) -> None:
    believes_all = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    believes_all.check_hostname, believes_all.verify_mode = False, ssl.CERT_NONE
    listener = Listener()
    async with served(other.server()) as (url, service):
        link = ServiceLink(url, "secret", software="test", gateway=Gateway(), tls=believes_all)
        link.allow(True)
        running = asyncio.create_task(link.run(listener))
        assert (await asyncio.wait_for(listener.links.get(), 10)).up
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert service.tokens == ["Bearer secret"]


def test_https_without_an_authority_is_no_service(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="--authority"):
        trust("https://visits.example", None)
    with pytest.raises(Unavailable, match="cannot be read"):
        trust("https://visits.example", tmp_path / "missing.pem")


def test_only_the_authority_that_was_given_is_trusted(ours: Authority) -> None:
    context = trust("https://visits.example", ours.file)
    assert context is not None
    assert [str(known["subject"]) for known in context.get_ca_certs()] == ["((('commonName', 'ours'),),)"]
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_the_reason_is_on_the_screen_and_no_call_that_runs_is_touched() -> None:
    day = Day()
    day.starts(sheet(booking(starts_at=day.clock.wall() + timedelta(hours=1))))
    day.session.hear(LinkNow(up=False, refused=NOT_THE_SERVICE))
    scene = day.shell.scene
    assert isinstance(scene, OutOfService)
    assert scene.fault is Fault.NOT_THE_SERVICE
    talking = Day().starts(sheet(booking())).live()
    talking.session.hear(LinkNow(up=False, refused=NOT_THE_SERVICE))
    talking.flows(1, there=False)
    assert isinstance(talking.shell.scene, InCall)
