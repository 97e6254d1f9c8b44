"""One laptop of a simulated fleet: the real exchange, backoff and messages over a light client. It has no screen."""

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage, InvalidStatus

from contract.laptop_link import TO_LAPTOP, CallNow, LaptopWelcome, ToLaptopMessage, VisitorNow
from contract.record import Cosigned, HeadNow
from contract.refusals import Refused
from contract.stream import Broken
from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from contract.words import CallState
from kiosk.link.backoff import asked_for
from kiosk.link.exchange import Exchange
from tests.fakes.visits import head

HEAD_EVERY_S: Final = 15.0  # as kiosk.lockdown.heads
Open = Callable[[], "asyncio.Future[ClientConnection]"]


@dataclass
class Seen:
    """What happened to the whole fleet since it was last cleared."""

    round_trips_ms: list[float] = field(default_factory=list)
    back: dict[int, float] = field(default_factory=dict)  # when each was welcomed
    errors: list[str] = field(default_factory=list)
    asked_to_wait: int = 0


class FleetLaptop:
    """Keeps its line up until cancelled, as `kiosk.link.service` does; says a head every 15 s, a call once a second."""

    def __init__(self, number: int, connect: Callable[[], object], seen: Seen, *, in_call: bool) -> None:
        self.number, self.in_call = number, in_call
        self.is_up = False
        self._connect, self._seen = connect, seen
        self._exchange = Exchange("bench")
        self._key = Ed25519PrivateKey.generate()
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._seq = int(time.time())
        self._head_at, self._said_at = 0.0, 0.0
        self._booking: str | None = None
        self.counts_errors = True

    async def run(self) -> None:
        """Connect, and connect again whenever the line is lost."""
        failed = 0
        while True:
            failed += 1
            try:
                await self._line()
            except InvalidStatus as refused:
                self._asked_to_wait(refused)
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake, InvalidMessage, EOFError) as error:
                self._note(type(error).__name__)
            except (Broken, Malformed) as error:
                self._exchange.forget()
                self._note(type(error).__name__)
            failed = 0 if self.is_up else failed
            self.is_up = False
            self._exchange.lost()
            await asyncio.sleep(self._exchange.pause_s(failed, random.random()))

    def tick(self, now: float) -> None:
        """A second has passed."""
        if not self.is_up:
            return
        if self.in_call and self._booking is not None:
            call = CallNow(booking_id=self._booking, state=CallState.LIVE, talk_ms=int(now * 1000) % 1000000, left_ms=1)
            self._exchange.tell(call)
        if now >= self._head_at:
            self._say_head(now)

    async def _line(self) -> None:
        async with self._connect() as socket:  # type: ignore[attr-defined]  # websockets' connect
            self._frames = asyncio.Queue()
            await socket.send(self._exchange.begin().model_dump_json())
            speaking = asyncio.create_task(self._speak(socket), name="fleet: speak")
            try:
                async for text in socket:
                    message = self._exchange.hear(parse(text, TO_LAPTOP, LONGEST_SHEET_BYTES), self._frames.put_nowait)
                    if message is not None:
                        self._hear(message)
            finally:
                speaking.cancel()
        self._note("closed")

    async def _speak(self, socket: ClientConnection) -> None:
        while True:
            await socket.send(await self._frames.get())

    def _hear(self, message: ToLaptopMessage) -> None:
        now = asyncio.get_running_loop().time()
        match message:
            case LaptopWelcome():
                self.is_up = True
                self._seen.back[self.number] = now
                self._say_head(now)
            case VisitorNow(booking_id=booking_id) if self._booking is None:
                self._booking = booking_id
            case Cosigned():
                self._seen.round_trips_ms.append(1000 * (now - self._said_at))
            case Refused(code=code):
                self._seen.errors.append(f"refused: {code}")

    def _say_head(self, now: float) -> None:
        self._seq += 1
        self._said_at = now
        self._head_at = now + HEAD_EVERY_S * (1 if self._head_at else random.random())
        self._exchange.say(_head(self._seq, self._key, self.number))

    def _asked_to_wait(self, refused: InvalidStatus) -> None:
        """A service that is busy says when to come back; any other refusal is an error."""
        self._exchange.asked_s = asked_for(refused.response.headers.get("Retry-After"))
        if self._exchange.asked_s is None:
            self._note(f"status {refused.response.status_code}")
        else:
            self._seen.asked_to_wait += 1

    def _note(self, what: str) -> None:
        if self.counts_errors:
            self._seen.errors.append(what)


def _head(seq: int, key: Ed25519PrivateKey, number: int) -> HeadNow:
    return head(seq, key=key, origin=f"laptop-{number}/audit")
