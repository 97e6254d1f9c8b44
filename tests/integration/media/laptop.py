"""A media room under test: its facts as a queue, its pictures as they come."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from aiortc.mediastreams import MediaStreamTrack

from contract.words import Purpose
from kiosk.latest import Latest, Picture
from kiosk.media.facts import Fact, Measured
from kiosk.media.room import MediaRoom, SessionRequest
from tests.integration.media.visitor import Visitor

F = TypeVar("F", bound=Fact)
NO_CAMERA = "/dev/no-such-camera"
LIMIT_S = 30.0


class Laptop:
    """Keeps every fact; `next` waits for the next of a kind."""

    def __init__(self, camera: str = NO_CAMERA) -> None:
        self._loop = asyncio.get_running_loop()
        self._facts: asyncio.Queue[Fact] = asyncio.Queue()
        self.visitors: list[Visitor] = []
        self.family: Latest[Picture] = Latest()
        self.own: Latest[Picture] = Latest()
        self.room = MediaRoom(on_fact=self._note, family=self.family, own=self.own, camera=camera)
        self.room.picture_sizes(960, 540, 320, 180)

    def _note(self, fact: Fact) -> None:
        self._loop.call_soon_threadsafe(self._facts.put_nowait, fact)

    def connect(self, session: str, purpose: Purpose = Purpose.CALL, *, synthetic: bool = True) -> None:
        """Ask for a session with a page that is always the same."""
        self.room.connect(SessionRequest(session, "b1", "page-0001", purpose, synthetic))

    async def next(self, kind: type[F]) -> F:
        """The next fact of `kind`; others are forgotten."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                fact = await self._facts.get()
                if isinstance(fact, kind):
                    return fact

    async def until(self, kind: type[F]) -> list[Fact]:
        """Every fact up to the next of `kind`."""
        seen: list[Fact] = []
        async with asyncio.timeout(LIMIT_S):
            while not seen or not isinstance(seen[-1], kind):
                seen.append(await self._facts.get())
        return seen

    async def measured(self, enough: Callable[[Measured], bool]) -> Measured:
        """The first measurement that is `enough`."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                measured = await self.next(Measured)
                if enough(measured):
                    return measured

    def invite(self, picture: MediaStreamTrack | None = None, voice: MediaStreamTrack | None = None) -> Visitor:
        """A visitor who is gone when the test is over."""
        self.visitors.append(Visitor(picture, voice))
        return self.visitors[-1]

    def facts_so_far(self) -> list[Fact]:
        """Every fact that waits."""
        return [self._facts.get_nowait() for _ in range(self._facts.qsize())]


async def painted(box: Latest[Picture]) -> Picture:
    """The next picture put in the box."""
    loop = asyncio.get_running_loop()
    there = asyncio.Event()

    def wake() -> None:
        loop.call_soon_threadsafe(there.set)

    box.on_new(wake)
    picture = box.take()
    if picture is None:
        async with asyncio.timeout(LIMIT_S):
            await there.wait()
        picture = box.take()
    assert picture is not None
    return picture


@asynccontextmanager
async def started(camera: str = NO_CAMERA) -> AsyncIterator[Laptop]:
    """A laptop whose room has started; closed at the end."""
    laptop = Laptop(camera)
    laptop.room.start()
    try:
        yield laptop
    finally:
        for visitor in laptop.visitors:
            await visitor.close()
        await asyncio.to_thread(laptop.room.close)
