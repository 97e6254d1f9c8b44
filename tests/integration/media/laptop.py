"""A media room under test: its facts as a queue, its pictures as arrays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from aiortc.mediastreams import MediaStreamTrack

from contract.words import Purpose
from kiosk.latest import Latest, Picture
from kiosk.media.facts import Fact, Measured
from kiosk.media.room import MediaRoom, SessionRequest
from tests.integration.media.visitor import Visitor

F = TypeVar("F", bound=Fact)
Pixels = npt.NDArray[np.uint8]

NO_CAMERA = "/dev/no-such-camera"
LIMIT_S = 15.0


class Laptop:
    """Keeps every fact; `next` waits for the next of a kind."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._facts: asyncio.Queue[Fact] = asyncio.Queue()
        self.visitors: list[Visitor] = []
        self.family: Latest[Picture] = Latest()
        self.own: Latest[Picture] = Latest()
        self.room = MediaRoom(on_fact=self._note, family=self.family, own=self.own, camera=NO_CAMERA)
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


def pixels_of(picture: Picture) -> Pixels:
    """Height x width x (blue, green, red)."""
    rows = np.frombuffer(picture.data, np.uint8)[: picture.stride * picture.height]
    return rows.reshape(picture.height, picture.stride)[:, : picture.width * 4].reshape(
        picture.height, picture.width, 4
    )[:, :, :3]


def centre_of(pixels: npt.NDArray[Any], rgb: tuple[int, int, int], within: int = 40) -> tuple[float, float, int] | None:
    """The middle of everything near this colour, as parts of width and height, and how many pixels it has."""
    pixels = pixels.astype(np.int16)
    near = (np.abs(pixels - np.array(rgb[::-1])) < within).all(axis=2)
    rows, columns = np.nonzero(near)
    if rows.size == 0:
        return None
    return float(columns.mean() / pixels.shape[1]), float(rows.mean() / pixels.shape[0]), int(rows.size)


@asynccontextmanager
async def started() -> AsyncIterator[Laptop]:
    """A laptop whose room has started; closed at the end."""
    laptop = Laptop()
    laptop.room.start()
    try:
        yield laptop
    finally:
        for visitor in laptop.visitors:
            await visitor.close()
        await asyncio.to_thread(laptop.room.close)
