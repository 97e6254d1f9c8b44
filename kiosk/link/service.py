"""The laptop's line to the service: one WebSocket, kept up, its messages parsed; it decides nothing."""

import asyncio
import logging
import random
import ssl
from typing import Final, Protocol

import aiohttp

from contract.laptop_link import TO_LAPTOP, CallNow, LaptopHello, ToLaptopMessage
from contract.media import Candidate, Offer
from contract.record import HeadNow, OutcomeReport
from contract.refusals import RefusalCode, Refused
from contract.strict import LONGEST_SHEET_BYTES, PROTOCOL, Malformed, Message, parse
from kiosk.ipc import NOT_THE_SERVICE, LinkNow
from kiosk.link.gateway import GatewayProbe
from kiosk.link.line_state import LineState
from kiosk.link.pulse import LOST_AFTER_S, PING_EVERY_S, Pulse

LOG: Final = logging.getLogger(__name__)
OPEN_WITHIN_S: Final = 5.0
CLOSE_WITHIN_S: Final = 0.25
FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 4.0
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


class Probe(Protocol):
    """Asks this site's own gateway."""

    async def answers(self) -> bool:
        """Whether it answers, within a second."""
        ...


class ServiceLink:
    """Keeps a line to the service at `url`, as the laptop that `token` names."""

    def __init__(
        self, url: str, token: str, *, software: str, gateway: Probe | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self._url, self._token, self._software = url.rstrip("/") + PATH, token, software
        self._gateway, self._tls = gateway or GatewayProbe(url), tls or True
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._outbox: asyncio.Queue[Message] = asyncio.Queue(maxsize=256)
        self._call: CallNow | None = None
        self._allowed, self._forbidden = asyncio.Event(), asyncio.Event()

    def allow(self, allowed: bool) -> None:
        """Whether there may be a line at all; without a guard there is nobody to speak for. Not allowed at first."""
        if allowed:
            self._allowed.set()
        else:
            self._allowed.clear()
            self._forbidden.set()

    async def run(self, listener: ServiceListener) -> None:
        """Connect, and connect again whenever the line is lost, until cancelled."""
        state = LineState(listener.link_changed, asyncio.get_running_loop().time)
        asking = asyncio.create_task(self._ask_gateway(state), name="ask the gateway")
        try:
            await self._keep_up(listener, state)
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    def send(self, message: Offer | Candidate | OutcomeReport | HeadNow) -> None:
        """Say this if the line is up. What is lost is said or asked for again by whoever needs it."""
        if self._socket is not None and not self._outbox.full():
            self._outbox.put_nowait(message)

    def tell(self, call: CallNow) -> None:
        """Say where the call is, now and at every return of the line until the next is told."""
        self._call = call
        if self._socket is not None and not self._outbox.full():
            self._outbox.put_nowait(call)

    async def _keep_up(self, listener: ServiceListener, state: LineState) -> None:
        pause, said = FIRST_PAUSE_S, ""
        async with aiohttp.ClientSession(trust_env=False) as session:
            while True:
                refused, why = None, "closed"
                await self._allowed.wait()
                self._forbidden.clear()
                try:
                    was_up, refused = await self._connected(session, listener, state)
                    pause = FIRST_PAUSE_S if was_up else pause
                except (aiohttp.ClientError, TimeoutError, OSError, Malformed) as error:
                    why = type(error).__name__
                if why != said:  # once, not at every try
                    LOG.warning("no line to the service: %s", why)
                said = why
                state.went(refused)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects, hides nothing
                pause = min(2 * pause, LONGEST_PAUSE_S)

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
        opening = session.ws_connect(
            self._url,
            headers={"Authorization": f"Bearer {self._token}"},
            autoping=False,
            timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN_S),
            max_msg_size=LONGEST_SHEET_BYTES,
            ssl=self._tls,
        )
        try:
            socket = await asyncio.wait_for(opening, OPEN_WITHIN_S)
        except aiohttp.WSServerHandshakeError as error:
            return False, RefusalCode.NOT_A_LAPTOP if error.status in (401, 403) else None
        except aiohttp.ClientSSLError as error:
            LOG.warning("what answers is not the service: %s", type(error).__name__)
            return False, NOT_THE_SERVICE
        async with socket:
            return await self._talk(socket, listener, state)

    async def _talk(
        self, socket: aiohttp.ClientWebSocketResponse, listener: ServiceListener, state: LineState
    ) -> tuple[bool, str | None]:
        self._outbox = asyncio.Queue(maxsize=256)
        hello = LaptopHello(protocol=PROTOCOL, software=self._software, call=self._call)
        await socket.send_str(hello.model_dump_json())
        self._socket = socket
        pulse = Pulse(asyncio.get_running_loop().time())
        tasks = (
            asyncio.create_task(self._listen(socket, listener, state, pulse), name="listen to the service"),
            asyncio.create_task(self._forbidden.wait(), name="wait to be forbidden"),
            asyncio.create_task(_watch(socket, state, pulse), name="watch the line to the service"),
            asyncio.create_task(self._speak(socket), name="speak to the service"),
        )
        listening, forbidden, watching, _ = tasks
        try:
            await asyncio.wait((listening, forbidden, watching), return_when=asyncio.FIRST_COMPLETED)
            if watching.done():
                watching.result()
            return listening.result() if listening.done() else (True, None)
        finally:
            self._socket = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(
        self, socket: aiohttp.ClientWebSocketResponse, listener: ServiceListener, state: LineState, pulse: Pulse
    ) -> tuple[bool, str | None]:
        up, refused = False, None
        while (frame := await socket.receive()).type not in OVER:
            if (text := await _heard(socket, frame, pulse)) is None:
                continue
            message = parse(text, TO_LAPTOP, LONGEST_SHEET_BYTES)
            if isinstance(message, Refused):
                LOG.warning("the service refused: %s", message.code)
                refused = str(message.code)
            elif not up:
                up, refused = True, None
                state.came(pulse)
            listener.from_service(message)
        return up, None if up else refused

    async def _speak(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await self._outbox.get()
            await socket.send_str(message.model_dump_json())


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


async def _watch(socket: aiohttp.ClientWebSocketResponse, state: LineState, pulse: Pulse) -> None:
    """Ping every second and look four times as often. Raises TimeoutError once nothing has come for too long."""
    clock = asyncio.get_running_loop().time
    next_ping_at = clock()
    while not pulse.is_lost(clock()):
        if clock() >= next_ping_at:
            next_ping_at += PING_EVERY_S
            pulse.asked(clock())
            async with asyncio.timeout(LOST_AFTER_S):  # what cannot be sent is not answered either
                await socket.ping()
        state.looked()
        await asyncio.sleep(LOOK_EVERY_S)
    raise TimeoutError("the service is silent")
