"""The laptop's line to the service: one WebSocket, kept up, its messages parsed; it decides nothing."""

import asyncio
import contextlib
import logging
import random
from datetime import UTC, datetime
from typing import Final, Protocol

import aiohttp

from contract.laptop_link import STREAM_HEADER, TO_LAPTOP, CallNow, SaidByLaptop, ToLaptopMessage
from contract.refusals import RefusalCode, Refused
from contract.stream import Broken
from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from kiosk.ipc import LinkNow
from kiosk.link.backoff import asked_for
from kiosk.link.exchange import Exchange
from kiosk.link.gateway import GatewayProbe
from kiosk.link.line_state import LineState
from kiosk.link.pulse import IDLE_PING_EVERY_S, LOST_AFTER_S, PING_EVERY_S, Pulse
from kiosk.link.stranger import stranger
from kiosk.link.trust import Trust
from kiosk.strangers import Stranger

LOG: Final = logging.getLogger(__name__)
OPEN_WITHIN_S: Final = 6.0  # longer than the service waits for a dead line of ours to make way
CLOSE_WITHIN_S: Final = 0.25
LAST_WORDS_S: Final = 0.25
LOOK_EVERY_S: Final = 0.25
ASK_GATEWAY_EVERY_S: Final = 2.0
PATH: Final = "/laptop/v1/link"
OVER: Final = frozenset({aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED})


class ServiceListener(Protocol):
    """Who hears the service."""

    def from_service(self, message: ToLaptopMessage) -> None:
        """One message."""
        ...

    def link_changed(self, link: LinkNow) -> None:
        """The line came or went, or what is known of it has changed."""
        ...

    def line_is_back(self, *, goes_on: bool) -> None:
        """The service has welcomed us, and goes on where it was, or begins anew and says all it knows."""
        ...


class Probe(Protocol):
    """Asks this site's own gateway."""

    async def answers(self) -> bool:
        """Whether it answers, within a second."""
        ...


class ServiceLink:
    """Keeps a line to the service at `url`, as the laptop that `trust` makes it; a test may have none."""

    def __init__(self, url: str, *, software: str, gateway: Probe | None = None, trust: Trust | None = None) -> None:
        self._url, self._exchange = url.rstrip("/") + PATH, Exchange(software)
        self._gateway, self._trust = gateway or GatewayProbe(url), trust
        self._allowed, self._forbidden = asyncio.Event(), asyncio.Event()
        self._pulse: Pulse | None = None  # of the connection there is
        self._moved = asyncio.Event()
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
        return None if self._pulse is None else self._pulse.round_trip_ms

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
            socket = await self._opened(session)
        except aiohttp.WSServerHandshakeError as error:
            self._exchange.asked_s = asked_for(None if error.headers is None else error.headers.get("Retry-After"))
            return False, RefusalCode.NOT_A_LAPTOP if error.status in (401, 403) else None
        except (aiohttp.ClientError, OSError) as error:
            if (found := self._strange(error)) is None:
                raise
            LOG.warning("laptop and service do not take each other: %s", found)
            return False, found
        async with socket:
            try:
                return await self._talk(socket, listener, state)
            finally:
                if self._moved.is_set():
                    await self._leave(socket)

    async def _opened(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        """A connection from the address we have: an attempt that is under way when it changes is given up, and made
        anew at once. Raises TimeoutError, OSError or what aiohttp does."""
        while True:
            self._moved.clear()
            opening = asyncio.create_task(self._open(session), name="open a line")
            moving = asyncio.create_task(self._moved.wait(), name="wait to be elsewhere")
            try:
                await asyncio.wait((opening, moving), return_when=asyncio.FIRST_COMPLETED)
                if opening.done():
                    return opening.result()
            finally:
                opening.cancel()
                moving.cancel()
                await asyncio.gather(opening, moving, return_exceptions=True)

    async def _open(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(OPEN_WITHIN_S):
            return await session.ws_connect(
                self._url,
                headers=None if (known := self._exchange.stream_id) is None else {STREAM_HEADER: known},
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN_S),
                max_msg_size=LONGEST_SHEET_BYTES,
                ssl=self._trust.context if self._trust is not None else True,
            )

    async def _leave(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Close a line from an address that we no longer have beside the next one: nobody may be there to answer."""
        leaving = asyncio.create_task(_closed(socket), name="leave a line from before")
        self._leaving.add(leaving)
        leaving.add_done_callback(self._leaving.discard)
        await asyncio.sleep(0)  # closing has begun, so that nobody else closes it and waits

    def _strange(self, error: Exception) -> Stranger | None:
        """What a failure says of who is there; a service may also just hang up on a certificate that has expired."""
        expired = self._trust is not None and self._trust.is_expired(datetime.now(UTC))
        return stranger(error) or (Stranger.CERTIFICATE_EXPIRED if expired else None)

    async def _talk(
        self, socket: aiohttp.ClientWebSocketResponse, listener: ServiceListener, state: LineState
    ) -> tuple[bool, str | None]:
        await socket.send_str(self._exchange.begin().model_dump_json())
        outbox: asyncio.Queue[str] = asyncio.Queue()
        self._pulse = pulse = Pulse(asyncio.get_running_loop().time())
        speaking = asyncio.create_task(_speak(socket, outbox), name="speak to the service")
        tasks = (
            asyncio.create_task(self._listen(socket, listener, state, pulse, outbox), name="listen to the service"),
            asyncio.create_task(self._forbidden.wait(), name="wait to be forbidden"),
            asyncio.create_task(self._moved.wait(), name="wait to be elsewhere"),
            asyncio.create_task(self._watch(socket, state, pulse), name="watch the line to the service"),
        )
        listening, *_, watching = tasks
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                watching.result()
            return listening.result() if listening.done() else (True, None)
        finally:
            self._pulse = None
            for task in tasks:
                task.cancel()
            await _last_words(socket, speaking, outbox)
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        listener: ServiceListener,
        state: LineState,
        pulse: Pulse,
        outbox: asyncio.Queue[str],
    ) -> tuple[bool, str | None]:
        up, refused = False, None
        while (frame := await socket.receive()).type not in OVER:
            if (text := await _heard(socket, frame, pulse)) is None:
                continue
            message = self._exchange.hear(parse(text, TO_LAPTOP, LONGEST_SHEET_BYTES), outbox.put_nowait)
            if message is None:
                continue
            if isinstance(message, Refused):
                LOG.warning("the service refused: %s", message.code)
                refused = str(message.code)
            elif not up:
                up, refused = True, None
                state.came(pulse)
                listener.line_is_back(goes_on=self._exchange.goes_on)
            listener.from_service(message)
        return up, None if up else refused

    async def _watch(self, socket: aiohttp.ClientWebSocketResponse, state: LineState, pulse: Pulse) -> None:
        """Ping, every second in a call, and look more often. Raises TimeoutError once nothing has come for too long."""
        clock = asyncio.get_running_loop().time
        next_ping_at = clock()
        while not pulse.is_lost(clock(), in_call=self._exchange.in_call):
            if clock() >= next_ping_at:
                next_ping_at += PING_EVERY_S if self._exchange.in_call else IDLE_PING_EVERY_S
                pulse.asked(clock())
                async with asyncio.timeout(LOST_AFTER_S):  # what cannot be sent is not answered either
                    await socket.ping()
                    if (heard := self._exchange.acknowledgement()) is not None:
                        await socket.send_str(heard)
            state.looked()
            await asyncio.sleep(LOOK_EVERY_S)
        raise TimeoutError("the service is silent")


async def _closed(socket: aiohttp.ClientWebSocketResponse) -> None:
    await socket.close()


async def _speak(socket: aiohttp.ClientWebSocketResponse, outbox: asyncio.Queue[str]) -> None:
    while True:
        await socket.send_str(await outbox.get())
        outbox.task_done()


async def _last_words(
    socket: aiohttp.ClientWebSocketResponse, speaking: asyncio.Task[None], outbox: asyncio.Queue[str]
) -> None:
    """Whatever ends the line: what was said before still goes out, if it can within a moment."""
    try:
        if not socket.closed and not speaking.done():
            async with asyncio.timeout(LAST_WORDS_S):
                await outbox.join()
    except TimeoutError:
        pass
    finally:
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)


async def _heard(socket: aiohttp.ClientWebSocketResponse, frame: aiohttp.WSMessage, pulse: Pulse) -> str | None:
    """The text in a frame, or None for one that only keeps the line. Raises Malformed."""
    now = asyncio.get_running_loop().time()
    match frame.type:
        case aiohttp.WSMsgType.PONG:
            pulse.answered(now)
            return None
        case aiohttp.WSMsgType.PING:
            pulse.heard(now)
            await socket.pong(frame.data)
            return None
        case aiohttp.WSMsgType.TEXT:
            pulse.heard(now)
            return str(frame.data)
        case _:
            raise Malformed("not text")
