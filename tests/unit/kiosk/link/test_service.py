"""The laptop's line against a service by hand: up, down, refused, silent, and what is carried."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import WSMsgType, web

from contract.laptop_link import (
    FROM_LAPTOP,
    STREAM_HEADER,
    CallNow,
    FromLaptopMessage,
    LaptopHello,
    LaptopWelcome,
    StreamGiven,
    ToLaptopMessage,
)
from contract.record import OutcomeReport
from contract.refusals import RefusalCode, Refused, refusal
from contract.strict import Message, parse
from contract.words import CallState
from kiosk.ipc import LinkNow
from kiosk.link.dialling import PATH
from kiosk.link.pulse import IDLE_LOST_AFTER_S
from kiosk.link.service import ServiceLink
from tests.fakes.clock import NOON
from tests.fakes.visits import report

WELCOME = LaptopWelcome(establishment="HMP Example", laptop="Visits 1", server_time=NOON)
LIMIT_S = 10.0


class Probe:
    """A gateway that answers or does not."""

    def __init__(self, answers: bool) -> None:
        self.says = answers

    async def answers(self) -> bool:
        return self.says


class Service:
    """Answers hello with `greeting`; one that is not `answering` leaves pings alone, and the first `dead` upgrades."""

    def __init__(self, greeting: Message = WELCOME, *, answering: bool = True, dead: int = 0) -> None:
        self.greeting, self.answering, self.dead = greeting, answering, dead
        self.asked = asyncio.Event()
        self.heard: asyncio.Queue[FromLaptopMessage] = asyncio.Queue()
        self.sockets: list[web.WebSocketResponse] = []
        self.named: list[str | None] = []

    async def talk(self, request: web.Request) -> web.WebSocketResponse:
        self.named.append(request.headers.get(STREAM_HEADER))
        self.asked.set()
        if len(self.named) <= self.dead:
            await asyncio.Event().wait()
        socket = web.WebSocketResponse(autoping=self.answering)
        await socket.prepare(request)
        self.sockets.append(socket)
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                message = parse(frame.data, FROM_LAPTOP)
                self.heard.put_nowait(message)
                if isinstance(message, LaptopHello):
                    await socket.send_str(self.greeting.model_dump_json())
                    if isinstance(self.greeting, Refused):
                        await socket.close()
        return socket

    async def next(self) -> FromLaptopMessage:
        async with asyncio.timeout(LIMIT_S):
            return await self.heard.get()


class Shell:
    """Fits ServiceListener; keeps what it is told."""

    def __init__(self) -> None:
        self.links: asyncio.Queue[LinkNow] = asyncio.Queue()
        self.heard: list[ToLaptopMessage] = []

    def from_service(self, message: ToLaptopMessage) -> None:
        self.heard.append(message)

    def line_is_back(self, *, goes_on: bool) -> None:
        pass

    def link_changed(self, link: LinkNow) -> None:
        self.links.put_nowait(link)

    async def next(self) -> LinkNow:
        async with asyncio.timeout(LIMIT_S):
            return await self.links.get()


@asynccontextmanager
async def linked(service: Service, gateway: bool = True) -> AsyncIterator[tuple[ServiceLink, Shell]]:
    app = web.Application()
    app.router.add_get(PATH, service.talk)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    link, shell = ServiceLink(f"http://{host}:{port}", software="test", gateway=Probe(gateway)), Shell()
    running = asyncio.create_task(link.run(shell))
    link.allow(True)
    try:
        yield link, shell
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        for socket in service.sockets:
            await socket.close()
        await runner.cleanup()


@pytest.mark.slow
async def test_a_line_that_is_lost_is_told_at_once_and_then_with_the_gateways_answer() -> None:
    service = Service()
    async with linked(service, gateway=False) as (_, shell):
        assert await shell.next() == LinkNow(up=True)
        await service.sockets[0].close()
        lost = await shell.next()
        assert (lost.up, lost.gateway, lost.clean) == (False, None, False)
        assert lost.silent_ms < 3000
        asked = await shell.next()
        assert (asked.up, asked.gateway) == (False, False)
        assert await shell.next() == LinkNow(up=True)


async def test_a_laptop_with_another_address_lets_go_of_its_line_and_comes_back_at_once() -> None:
    service = Service()
    async with linked(service) as (link, shell):
        assert await shell.next() == LinkNow(up=True)
        link.moved()
        assert not (await shell.next()).up
        while not (await shell.next()).up:
            pass
        assert len(service.sockets) == 2


async def test_a_line_that_goes_on_names_its_stream_before_it_is_let_in() -> None:
    service = Service(WELCOME.model_copy(update={"stream": StreamGiven(stream_id="stream-01")}))
    async with linked(service) as (link, shell):
        assert await shell.next() == LinkNow(up=True)
        link.moved()
        while len(service.named) < 2:
            await shell.next()
    assert service.named[:2] == [None, "stream-01"]


async def test_an_attempt_from_an_address_that_is_gone_is_given_up_and_the_next_one_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kiosk.link.dialling.OPEN_WITHIN_S", 3600.0)
    service = Service(dead=1)
    async with linked(service) as (link, shell):
        await service.asked.wait()
        link.moved()
        while not (await shell.next()).up:
            pass
        link.send(report(revision=1))
        assert isinstance(await service.next(), LaptopHello)
        assert isinstance(await service.next(), OutcomeReport)
    assert (len(service.named), len(service.sockets)) == (2, 1)


async def test_what_must_be_kept_is_carried_while_the_line_is_up_and_not_stored() -> None:
    service = Service()
    async with linked(service) as (link, shell):
        link.send(report(revision=1))
        await shell.next()
        await service.next()
        link.send(report(revision=2))
        carried = await service.next()
    assert isinstance(carried, OutcomeReport)
    assert carried.revision == 2


async def test_a_refusal_is_told_with_its_code() -> None:
    async with linked(Service(refusal(RefusalCode.LAPTOP_ELSEWHERE))) as (_, shell):
        told = await shell.next()
    assert (told.up, told.refused) == (False, "laptop_elsewhere")


@pytest.mark.slow
async def test_a_silent_service_is_slow_after_a_second_and_with_a_call_in_hand_lost_after_three() -> None:
    async with linked(Service(answering=False)) as (link, shell):
        link.tell(CallNow(booking_id="b1", state=CallState.LIVE, talk_ms=0, left_ms=60_000))
        assert await shell.next() == LinkNow(up=True)
        assert await shell.next() == LinkNow(up=True, clean=False)
        lost = await shell.next()
    assert not lost.up
    assert 3000 <= lost.silent_ms < 1000 * IDLE_LOST_AFTER_S  # as in a call; the moment itself is the pulse's
