"""Looks through a camera for a moment and says whether it sees light and movement. It shows, sends and keeps nothing.

Whoever asks must have the right to open it: on a laptop the guard hands it out for the self-test's own moment.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from av import VideoFrame

from kiosk.media.picture_feed import PictureFeed, PictureSource
from kiosk.scenes import CameraFault

LOOK_FOR_S: Final = 2.0  # from the first picture: what is covered or stuck is known by then
LIMIT_S: Final = 6.0  # a slow one opens in three, and exposure takes a moment to settle
LET_GO_WITHIN_S: Final = 2.0  # a silent one waits for a second (kiosk.lockdown.clean_environment), and then closes
_LOOK_EVERY_S: Final = 0.1

OnStuck = Callable[[Callable[[], bool]], None]  # gets what says whether the device is shut by now


@dataclass(frozen=True, slots=True)
class CameraSeen:
    """What came of it. `fault` is None when light and movement were seen (a sensor's own noise moves)."""

    fault: CameraFault | None
    pictures: int
    width: int
    height: int
    per_s: float  # pictures a second, from the first on
    is_shut: bool  # again; where it is not, only another process is rid of it


class _Count:
    """Counts pictures on the camera's thread, and lets each of them go."""

    def __init__(self) -> None:
        self.pictures = self.width = self.height = 0
        self._first = self._last = 0.0

    def add(self, frame: VideoFrame) -> None:
        self.pictures, self.width, self.height = self.pictures + 1, frame.width, frame.height
        self._last = time.monotonic()
        self._first = self._first or self._last

    @property
    def per_s(self) -> float:
        lasted = self._last - self._first
        return (self.pictures - 1) / lasted if lasted > 0 else 0.0


async def look_through(
    open_source: Callable[[], PictureSource], on_stuck: OnStuck = lambda _is_shut: None
) -> CameraSeen:
    """Look through a camera, and shut it again: two seconds for one that works, seven for one that hangs.

    Its verdict is the last one when the time is over. Safe to cancel. `on_stuck` hears of a camera that was not shut in
    time: within LET_GO_WITHIN_S, or CLOSE_LIMIT_S once this is cancelled.
    """
    count = _Count()
    loop = asyncio.get_running_loop()
    broken = asyncio.Event()
    feed = PictureFeed(open_source, count.add, lambda _text: _set(loop, broken))
    feed.start()
    try:
        await _look(feed, count, broken)
        fault = CameraFault.UNUSABLE if broken.is_set() else feed.fault()
        await feed.shut(LET_GO_WITHIN_S)
    finally:
        if not await feed.shut():
            on_stuck(feed.is_shut)
    if fault is None and count.pictures == 0:
        fault = CameraFault.SILENT
    return CameraSeen(fault, count.pictures, count.width, count.height, count.per_s, feed.is_shut())


async def _look(feed: PictureFeed, count: _Count, broken: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    until, well_from = loop.time() + LIMIT_S, loop.time()
    while loop.time() < until and not broken.is_set():
        if count.pictures == 0 or feed.fault() is not None:
            well_from = loop.time()
        elif loop.time() - well_from >= LOOK_FOR_S:
            return
        await asyncio.sleep(_LOOK_EVERY_S)


def _set(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    loop.call_soon_threadsafe(event.set)
