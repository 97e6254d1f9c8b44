"""One WebSocket: messages in, checked and limited; messages out, queued so that nobody waits for a slow reader."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Final, Generic, TypeVar

from pydantic import TypeAdapter
from starlette.websockets import WebSocket, WebSocketDisconnect

from contract.refusals import RefusalCode
from contract.stream import Broken, Stream
from contract.strict import LONGEST_MESSAGE_BYTES, Malformed, Message, parse
from visits.domain.bucket import Bucket
from visits.errors import Refused, Unavailable
from visits.ports import Clock

T = TypeVar("T", bound=Message)

MOST_UNSENT: Final = 500  # messages; a reader this far behind is not coming back
LAST_WORDS_S: Final = 2.0
REFUSED_CLOSE: Final = 1008  # RFC 6455: policy violation

log = logging.getLogger(__name__)


class Line(Generic[T]):
    """An accepted WebSocket that speaks messages of `kind`. Fits `visits.ports.Speaker`."""

    def __init__(self, socket: WebSocket, kind: TypeAdapter[T], clock: Clock) -> None:
        self._socket = socket
        self._kind = kind
        self._clock = clock
        self._bucket = Bucket(clock.monotonic())
        self._unsent: asyncio.Queue[str | int] = asyncio.Queue()
        self._stream: Stream | None = None
        self._closing = False
        self._writer: asyncio.Task[None] | None = None

    @property
    def stream(self) -> Stream | None:
        """What the next line may go on with; None once we have hung up, or if nothing is numbered here."""
        return self._stream

    def number(self, stream: Stream, again: Iterable[str] = ()) -> None:
        """From now on everything that is said is numbered by `stream`; `again` are the frames of it to begin with."""
        self._stream = stream
        for frame in again:
            self._send(frame)

    def say(self, message: Message) -> None:
        """Send `message` soon, in order. A peer that does not read is cut off; what is numbered waits for it."""
        if self._stream is None:
            self._send(message.model_dump_json())
            return
        try:
            self._send(self._stream.say(message))
        except Broken:
            self._stream = None
            self.cut_off()

    def say_unnumbered(self, message: Message) -> None:
        """Send what belongs to this connection alone."""
        self._send(message.model_dump_json())

    def _send(self, frame: str) -> None:
        if self._closing:
            return
        if self._unsent.qsize() >= MOST_UNSENT:
            self.cut_off()
            return
        self._unsent.put_nowait(frame)

    def cut_off(self) -> None:
        """Let go of the peer at once, with nothing more said; its stream is kept for its next line."""
        self._closing = True
        if self._writer is not None:
            self._writer.cancel()

    def hang_up(self, last: Message | None = None) -> None:
        """Say `last`, then close."""
        if last is not None:
            self.say(last)
        if not self._closing:
            self._closing = True
            self._unsent.put_nowait(1000 if last is None else REFUSED_CLOSE)
        self._stream = None

    async def converse(self, hear: Callable[[T], Awaitable[None]], first_within: timedelta) -> None:
        """Hand each message to `hear` until either side ends; a Refused it raises is said to the peer."""
        self._writer = asyncio.create_task(self._write(), name="line-writer")
        reader = asyncio.create_task(self._read(hear, first_within), name="line-reader")
        both = (reader, self._writer)
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            is_cut_off = self._writer.cancelled()
            if not is_cut_off and (self._closing or self._writer.done()):
                await asyncio.wait(both, timeout=LAST_WORDS_S)
        finally:
            self._closing = True
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)
        for task in both:
            if not task.cancelled():
                task.result()

    async def turn_away(self, refused: Refused) -> None:
        """Instead of `converse`: say why not, and close."""
        self.hang_up(refused.message)
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_WORDS_S):
                await self._write()

    async def _read(self, hear: Callable[[T], Awaitable[None]], first_within: timedelta) -> None:
        try:
            async with asyncio.timeout(first_within.total_seconds()):
                goes_on = await self._hear_one(hear)
        except TimeoutError:
            self.hang_up(Refused(RefusalCode.OUT_OF_ORDER, "nothing was said").message)
            return
        while goes_on:
            goes_on = await self._hear_one(hear)

    async def _hear_one(self, hear: Callable[[T], Awaitable[None]]) -> bool:
        """Receive and handle one message; False once the conversation is over."""
        event = await self._socket.receive()
        if event["type"] == "websocket.disconnect" or self._closing:
            return False
        try:
            await hear(self._message(event.get("text")))
        except Refused as refused:
            return self._refuse(refused)
        except Unavailable as error:
            log.error("the store does not answer: %s", error)
            return self._refuse(Refused(RefusalCode.UNAVAILABLE))
        return not self._closing

    def _message(self, untrusted_text: str | None) -> T:
        if not self._bucket.take(self._clock.monotonic()):
            raise Refused(RefusalCode.TOO_MANY)
        if untrusted_text is None:
            raise Refused(RefusalCode.MALFORMED, "text is expected")
        if len(untrusted_text.encode("utf-8", "surrogatepass")) > LONGEST_MESSAGE_BYTES:
            raise Refused(RefusalCode.TOO_LARGE)
        try:
            return parse(untrusted_text, self._kind)
        except Malformed as error:
            raise Refused(RefusalCode.MALFORMED, error.where) from error

    def _refuse(self, refused: Refused) -> bool:
        if refused.ends_connection:
            self.hang_up(refused.message)
            return False
        self.say(refused.message)
        return True

    async def _write(self) -> None:
        try:
            while isinstance(item := await self._unsent.get(), str):
                await self._socket.send_text(item)
            await self._socket.close(item)
        except (WebSocketDisconnect, RuntimeError):  # uvicorn (0.54) says the latter where a missing pong closed it
            return  # the reader learns of it too, and ends the conversation
