"""The laptop's line to the service: one WebSocket, kept up, its messages parsed; it decides nothing."""

import asyncio
import logging
import random
from typing import Final, Protocol

import aiohttp

from contract.laptop_link import TO_LAPTOP, CallNow, LaptopHello, ToLaptopMessage
from contract.media import Candidate, Offer
from contract.refusals import RefusalCode, Refused
from contract.strict import LONGEST_SHEET_BYTES, PROTOCOL, Malformed, Message, parse

LOG: Final = logging.getLogger(__name__)
HEARTBEAT_S: Final = 2.0  # a dead line is noticed within one and a half of these
OPEN_WITHIN_S: Final = 5.0
FIRST_PAUSE_S: Final = 0.25
LONGEST_PAUSE_S: Final = 4.0
PATH: Final = "/laptop/v1/link"


class ServiceListener(Protocol):
    """Who hears the service."""

    def from_service(self, message: ToLaptopMessage) -> None:
        """One message."""
        ...

    def link_changed(self, up: bool, refused: str | None) -> None:
        """The line came or went; `refused` is the code when the service would not have us."""
        ...


class ServiceLink:
    """Keeps a line to the service at `url`, as the laptop that `token` names."""

    def __init__(self, url: str, token: str, *, software: str) -> None:
        self._url, self._token, self._software = url.rstrip("/") + PATH, token, software
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
        pause, said = FIRST_PAUSE_S, ""
        async with aiohttp.ClientSession(trust_env=False) as session:
            while True:
                refused, why = None, "closed"
                await self._allowed.wait()
                self._forbidden.clear()
                try:
                    was_up, refused = await self._connected(session, listener)
                    pause = FIRST_PAUSE_S if was_up else pause
                except (aiohttp.ClientError, TimeoutError, OSError, Malformed) as error:
                    why = type(error).__name__
                if why != said:  # once, not at every try
                    LOG.warning("no line to the service: %s", why)
                said = why
                listener.link_changed(False, refused)
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 - spreads reconnects, hides nothing
                pause = min(2 * pause, LONGEST_PAUSE_S)

    def send(self, message: Offer | Candidate) -> None:
        """Say this if the line is up. What is lost is asked for again by whoever needs it."""
        if self._socket is not None and not self._outbox.full():
            self._outbox.put_nowait(message)

    def tell(self, call: CallNow) -> None:
        """Say where the call is, now and at every return of the line until the next is told."""
        self._call = call
        if self._socket is not None and not self._outbox.full():
            self._outbox.put_nowait(call)

    async def _connected(self, session: aiohttp.ClientSession, listener: ServiceListener) -> tuple[bool, str | None]:
        """One connection, until it is lost: whether it was welcomed, and the code if it was refused."""
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            opening = session.ws_connect(
                self._url, headers=headers, heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_SHEET_BYTES
            )
            socket = await asyncio.wait_for(opening, OPEN_WITHIN_S)
        except aiohttp.WSServerHandshakeError as error:
            return False, RefusalCode.NOT_A_LAPTOP if error.status in (401, 403) else None
        async with socket:
            return await self._talk(socket, listener)

    async def _talk(
        self, socket: aiohttp.ClientWebSocketResponse, listener: ServiceListener
    ) -> tuple[bool, str | None]:
        self._outbox = asyncio.Queue(maxsize=256)
        hello = LaptopHello(protocol=PROTOCOL, software=self._software, call=self._call)
        await socket.send_str(hello.model_dump_json())
        self._socket = socket
        speaking = asyncio.create_task(self._speak(socket), name="speak to the service")
        listening = asyncio.create_task(self._listen(socket, listener), name="listen to the service")
        forbidden = asyncio.create_task(self._forbidden.wait(), name="wait to be forbidden")
        try:
            await asyncio.wait((listening, forbidden), return_when=asyncio.FIRST_COMPLETED)
            return listening.result() if listening.done() else (True, None)
        finally:
            self._socket = None
            for task in (speaking, listening, forbidden):
                task.cancel()
            await asyncio.gather(speaking, listening, forbidden, return_exceptions=True)

    async def _listen(
        self, socket: aiohttp.ClientWebSocketResponse, listener: ServiceListener
    ) -> tuple[bool, str | None]:
        up, refused = False, None
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                raise Malformed("not text")
            message = parse(frame.data, TO_LAPTOP, LONGEST_SHEET_BYTES)
            if isinstance(message, Refused):
                LOG.warning("the service refused: %s", message.code)
                refused = str(message.code)
            elif not up:
                up, refused = True, None
                listener.link_changed(True, None)
            listener.from_service(message)
        return up, None if up else refused

    async def _speak(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        while True:
            message = await self._outbox.get()
            await socket.send_str(message.model_dump_json())
