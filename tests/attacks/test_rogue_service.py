"""Something else answers at the service's address: another authority's, expired, by another name, or without TLS.

Tier U: the laptop's real line against a real TLS server.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography import x509

from contract.laptop_link import LaptopWelcome, ToLaptopMessage
from kiosk.ipc import LinkNow
from kiosk.link.dialling import PATH
from kiosk.link.service import ServiceLink
from kiosk.link.trust import Trust
from kiosk.scenes import InCall, OutOfService
from kiosk.strangers import Stranger
from kiosk.ui.words import say
from tests.fakes.bookings import booking, sheet
from tests.fakes.certificates import Authority
from tests.fakes.clock import NOON
from tests.fakes.day import Day

pytestmark = pytest.mark.attack("rogue-service")

YESTERDAY = datetime.now(UTC) - timedelta(days=1)
Certificate = Callable[[Authority, Authority], ssl.SSLContext | None]


def too_old(ours: Authority) -> ssl.SSLContext:
    context = ours.server()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


ROGUES: dict[str, tuple[Certificate, Stranger | None]] = {
    "another authority's": (lambda _ours, other: other.server(), Stranger.NOT_THE_SERVICE),
    "expired": (lambda ours, _other: ours.server(until=YESTERDAY), Stranger.SERVICE_EXPIRED),
    "by another name": (lambda ours, _: ours.server(x509.DNSName("visits.example")), Stranger.SERVICE_MISNAMED),
    "without TLS": (lambda _ours, _other: None, Stranger.SERVICE_PLAIN),
    "TLS 1.2, hanging up": (lambda ours, _other: too_old(ours), None),  # with its alert: test_strangers
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

    def line_is_back(self, *, goes_on: bool) -> None:
        pass

    def link_changed(self, link: LinkNow) -> None:
        self.links.put_nowait(link)


class Service:
    """Welcomes whoever comes; keeps what they show of themselves."""

    def __init__(self) -> None:
        self.shown: list[dict[str, Any] | None] = []

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        assert request.transport is not None
        self.shown.append(request.transport.get_extra_info("peercert"))
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


async def first_word(url: str, trust: Trust) -> tuple[LinkNow, Listener]:
    """What a laptop that trusts so first says of its line to `url`."""
    listener = Listener()
    link = ServiceLink(url, software="test", gateway=Gateway(), trust=trust)
    link.allow(True)
    running = asyncio.create_task(link.run(listener))
    try:
        return await asyncio.wait_for(listener.links.get(), 10), listener
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("rogue", ROGUES)
async def test_what_is_not_the_service_is_shown_nothing_and_says_nothing(
    ours: Authority, other: Authority, rogue: str
) -> None:
    certificate, found = ROGUES[rogue]
    async with served(certificate(ours, other)) as (url, service):
        word, listener = await first_word(url, Trust(ours.credentials(url)))
    assert (word.up, word.refused) == (False, found)
    assert (service.shown, listener.said) == ([], [])


async def test_the_service_of_our_authority_is_welcomed_and_sees_our_certificate(ours: Authority) -> None:
    async with served(ours.server(needs_laptops=True)) as (url, service):
        word, _ = await first_word(url, Trust(ours.credentials(url, "Visits 7")))
    assert word.up
    assert "Visits 7" in str(service.shown)


async def test_without_the_look_at_its_certificate_the_rogue_is_taken_for_the_service(
    ours: Authority, other: Authority
) -> None:
    trust = Trust(ours.credentials("https://127.0.0.1"))
    trust.context.check_hostname, trust.context.verify_mode = False, ssl.CERT_NONE
    async with served(other.server()) as (url, service):
        word, _ = await first_word(url, trust)
    assert word.up
    assert len(service.shown) == 1


@pytest.mark.parametrize("found", Stranger)
def test_the_reason_is_on_the_screen_and_no_call_that_runs_is_touched(found: Stranger) -> None:
    day = Day()
    day.starts(sheet(booking(starts_at=day.clock.wall() + timedelta(hours=1))))
    day.session.hear(LinkNow(up=False, refused=found))
    scene = day.shell.scene
    assert isinstance(scene, OutOfService)
    assert scene.fault == found.value
    assert say(f"out_of_service.fault.{scene.fault.value}").endswith(".")
    talking = Day().starts(sheet(booking())).live()
    talking.session.hear(LinkNow(up=False, refused=found))
    talking.flows(1, there=False)
    assert isinstance(talking.shell.scene, InCall)
