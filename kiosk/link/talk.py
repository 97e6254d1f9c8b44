"""The talk with the service over one line: hello, what is said and heard, pings and last words. It opens no line."""

import asyncio
import logging
from typing import Final

import aiohttp

from contract.laptop_link import TO_LAPTOP
from contract.refusals import Refused
from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from kiosk.link.exchange import Exchange, Send
from kiosk.link.line_state import LineState
from kiosk.link.listener import ServiceListener
from kiosk.link.pulse import IDLE_PING_EVERY_S, LOST_AFTER_S, PING_EVERY_S, Pulse

LOG: Final = logging.getLogger(__name__)
LAST_WORDS_S: Final = 0.25
LOOK_EVERY_S: Final = 0.25
OVER: Final = frozenset({aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSING, aiohttp.WSMsgType.CLOSED})


class Talk:
    """One for each line; `exchange` goes on from one to the next. Whoever opened the line closes it."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        exchange: Exchange,
        listener: ServiceListener,
        state: LineState,
    ) -> None:
        self._socket, self._exchange, self._listener, self._state = socket, exchange, listener, state
        self._pulse: Pulse | None = None  # from the hello until the line is lost

    @property
    def round_trip_ms(self) -> int | None:
        """How long the service took to answer, last; None before the first answer, and once the line is lost."""
        return None if self._pulse is None else self._pulse.round_trip_ms

    async def run(self, *, forbidden: asyncio.Event, moved: asyncio.Event) -> tuple[bool, str | None]:
        """Talk until the line is lost or one of the two happens: whether it was welcomed, and the code if refused.

        Raises TimeoutError, OSError, Malformed, Broken or what aiohttp does.
        """
        socket = self._socket
        await socket.send_str(self._exchange.begin().model_dump_json())
        outbox: asyncio.Queue[str] = asyncio.Queue()
        self._pulse = pulse = Pulse(asyncio.get_running_loop().time())
        speaking = asyncio.create_task(_speak(socket, outbox), name="speak to the service")
        tasks = (
            asyncio.create_task(self._listen(pulse, outbox.put_nowait), name="listen to the service"),
            asyncio.create_task(forbidden.wait(), name="wait to be forbidden"),
            asyncio.create_task(moved.wait(), name="wait to be elsewhere"),
            asyncio.create_task(self._watch(pulse), name="watch the line to the service"),
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

    async def _listen(self, pulse: Pulse, send: Send) -> tuple[bool, str | None]:
        up, refused = False, None
        while (frame := await self._socket.receive()).type not in OVER:
            if (text := await _heard(self._socket, frame, pulse)) is None:
                continue
            message = self._exchange.hear(parse(text, TO_LAPTOP, LONGEST_SHEET_BYTES), send)
            if message is None:
                continue
            if isinstance(message, Refused):
                LOG.warning("the service refused: %s", message.code)
                refused = str(message.code)
            elif not up:
                up, refused = True, None
                self._state.came(pulse)
                self._listener.line_is_back(goes_on=self._exchange.goes_on)
            self._listener.from_service(message)
        return up, None if up else refused

    async def _watch(self, pulse: Pulse) -> None:
        """Ping, every second in a call, and look more often. Raises TimeoutError once nothing has come for too long."""
        clock = asyncio.get_running_loop().time
        next_ping_at = clock()
        while not pulse.is_lost(clock(), in_call=self._exchange.in_call):
            if clock() >= next_ping_at:
                next_ping_at += PING_EVERY_S if self._exchange.in_call else IDLE_PING_EVERY_S
                pulse.asked(clock())
                async with asyncio.timeout(LOST_AFTER_S):  # what cannot be sent is not answered either
                    await self._socket.ping()
                    if (heard := self._exchange.acknowledgement()) is not None:
                        await self._socket.send_str(heard)
            self._state.looked()
            await asyncio.sleep(LOOK_EVERY_S)
        raise TimeoutError("the service is silent")


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
