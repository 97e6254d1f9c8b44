"""The laptop's line to the service: one WebSocket, kept up for as long as it is allowed; it decides nothing."""

import asyncio
import contextlib
import logging
import random
from typing import Final, Protocol

import aiohttp

from contract.laptop_link import CallNow, SaidByLaptop
from contract.refusals import RefusalCode
from contract.stream import Broken
from contract.strict import Malformed
from kiosk.link.backoff import asked_for
from kiosk.link.dialling import Dialling
from kiosk.link.exchange import Exchange
from kiosk.link.gateway import GatewayProbe
from kiosk.link.line_state import LineState
from kiosk.link.listener import ServiceListener
from kiosk.link.talk import Talk
from kiosk.link.trust import Trust

LOG: Final = logging.getLogger(__name__)
ASK_GATEWAY_EVERY_S: Final = 2.0


class Probe(Protocol):
    """Asks this site's own gateway."""

    async def answers(self) -> bool:
        """Whether it answers, within a second."""
        ...


class ServiceLink:
    """Keeps a line to the service at `url`, as the laptop that `trust` makes it; a test may have none."""

    def __init__(self, url: str, *, software: str, gateway: Probe | None = None, trust: Trust | None = None) -> None:
        self._exchange, self._gateway = Exchange(software), gateway or GatewayProbe(url)
        self._allowed, self._forbidden = asyncio.Event(), asyncio.Event()
        self._moved = asyncio.Event()
        self._dialling = Dialling(url, stream_id=lambda: self._exchange.stream_id, moved=self._moved, trust=trust)
        self._talk: Talk | None = None  # over the line there is
        self._leaving: set[asyncio.Task[None]] = set()

    def allow(self, allowed: bool) -> None:
        """Whether there may be a line at all; without a guard there is nobody to speak for. Not allowed at first.

        A guard that comes back is told everything afresh: the stream of the one before ends with it.
        """
        if allowed:
            self._allowed.set()
        else:
            self._exchange.forget()
            self._allowed.clear()
            self._forbidden.set()

    def moved(self) -> None:
        """This laptop has another address: the line from the old one is let go of, and the next begun at once."""
        self._moved.set()

    async def run(self, listener: ServiceListener) -> None:
        """Connect, and connect again whenever the line is lost, until cancelled."""
        state = LineState(listener.link_changed, asyncio.get_running_loop().time)
        asking = asyncio.create_task(self._ask_gateway(state), name="ask the gateway")
        try:
            await self._keep_up(listener, state)
        finally:
            beside = [asking, *self._leaving]
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    @property
    def is_up(self) -> bool:
        """Whether there is a line that what is said goes over."""
        return self._exchange.is_up

    @property
    def round_trip_ms(self) -> int | None:
        """How long the service took to answer, last; None without a line, or before the first answer."""
        return None if self._talk is None else self._talk.round_trip_ms

    def send(self, message: SaidByLaptop) -> None:
        """Say this once: now, or on the next line if that goes on with this one; else it is asked for or said again."""
        self._exchange.say(message)

    def tell(self, call: CallNow) -> None:
        """Say where the call is, now and at every return of the line until the next is told."""
        self._exchange.tell(call)

    async def _keep_up(self, listener: ServiceListener, state: LineState) -> None:
        failed, said = 0, ""
        async with aiohttp.ClientSession(trust_env=False) as session:
            while True:
                refused, why = None, "closed"
                await self._allowed.wait()
                self._forbidden.clear()
                failed += 1
                try:
                    was_up, refused = await self._connected(session, listener, state)
                    failed = 0 if was_up else failed
                except (aiohttp.ClientError, TimeoutError, OSError, Malformed, Broken) as error:
                    failed = 0 if self._exchange.is_up else failed
                    why = type(error).__name__
                    if isinstance(error, Broken):
                        self._exchange.forget()
                if why != said:  # once, not at every try
                    LOG.warning("no line to the service: %s", why)
                said = why
                self._exchange.lost()
                state.went(refused)
                await self._pause(self._exchange.pause_s(failed, random.random()))  # noqa: S311 - spreads returns, hides nothing

    async def _pause(self, for_s: float) -> None:
        """Wait for so long, or until this laptop has another address."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._moved.wait()

    async def _ask_gateway(self, state: LineState) -> None:
        """While there is no line, ask whether this site's own network is at fault."""
        while True:
            await state.down()
            state.gateway_is(await self._gateway.answers())
            await asyncio.sleep(ASK_GATEWAY_EVERY_S)

    async def _connected(
        self, session: aiohttp.ClientSession, listener: ServiceListener, state: LineState
    ) -> tuple[bool, str | None]:
        """One connection, until it is lost: whether it was welcomed, and the code if it was refused."""
        try:
            socket = await self._dialling.opened(session)
        except aiohttp.WSServerHandshakeError as error:
            self._exchange.asked_s = asked_for(None if error.headers is None else error.headers.get("Retry-After"))
            return False, RefusalCode.NOT_A_LAPTOP if error.status in (401, 403) else None
        except (aiohttp.ClientError, OSError) as error:
            if (found := self._dialling.stranger_in(error)) is None:
                raise
            LOG.warning("laptop and service do not take each other: %s", found)
            return False, found
        async with socket:
            try:
                self._talk = Talk(socket, self._exchange, listener, state)
                return await self._talk.run(forbidden=self._forbidden, moved=self._moved)
            finally:
                self._talk = None
                if self._moved.is_set():
                    await self._leave(socket)

    async def _leave(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Close a line from an address that we no longer have beside the next one: nobody may be there to answer."""
        leaving = asyncio.create_task(_closed(socket), name="leave a line from before")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        await asyncio.sleep(0)  # closing has begun, so that nobody else closes it and waits


async def _closed(socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.close()
