"""Turns received pictures into ones the screen can paint, when they are due: one pass, off the loop.

Of those that are due the newest wins.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Final, NamedTuple

from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from kiosk.latest import Latest, Picture
from kiosk.media.fit import PictureSizes, Size, fit

MOST_WAITING: Final = 8  # pictures: somewhat more than come at 30 a second in the longest wait


class Scaler:
    """Scales to BGRA in one pass. Not for two threads at once: it keeps its working tables."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def picture(self, frame: VideoFrame, box: Size, number: int) -> Picture:
        """`frame` in the largest size that fits `box`. The Picture keeps the pixels alive; they are not copied."""
        size = fit(Size(frame.width, frame.height), box)
        scaled = self._reformatter.reformat(
            frame,
            width=size.width,
            height=size.height,
            format="bgra",
            interpolation=Interpolation.BILINEAR,
            threads=1,
        )
        plane = scaled.planes[0]  # holds its frame, and the memoryview holds it
        return Picture(
            data=memoryview(plane),
            width=size.width,
            height=size.height,
            stride=plane.line_size,
            number=number,
            frame_width=frame.width,
            frame_height=frame.height,
        )


class Waiting(NamedTuple):
    """A picture, its number, and when it is to be painted (seconds of the loop's clock)."""

    frame: VideoFrame
    number: int
    due_s: float


class FamilyView:
    """Takes every received picture and paints the newest due one that there is time for. `executor` has one thread."""

    def __init__(self, family: Latest[Picture], sizes: Callable[[], PictureSizes], executor: Executor) -> None:
        self._sizes = sizes
        self._family = family
        self._executor = executor
        self._scaler = Scaler()
        self._waiting: deque[Waiting] = deque(maxlen=MOST_WAITING)
        self._arrived = asyncio.Event()

    def show(self, frame: VideoFrame, number: int, due_s: float = 0.0) -> None:
        """Paint `frame` at that time of the loop, or when the one before is done, unless a newer one is due by then."""
        self._waiting.append(Waiting(frame, number, due_s))
        self._arrived.set()

    async def run(self) -> None:
        """Paint until cancelled; begins with nothing to paint, and keeps nothing."""
        self._waiting.clear()
        try:
            while True:
                await self._arrived.wait()
                self._arrived.clear()
                await self._paint_all()
        finally:
            self._waiting.clear()

    async def _paint_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            due = newest_due(self._waiting, loop.time())
            if due is None:
                await asyncio.sleep(min(each.due_s for each in self._waiting) - loop.time())
                continue
            picture = await loop.run_in_executor(
                self._executor, self._scaler.picture, due.frame, self._sizes().family, due.number
            )
            self._family.put(picture)


def newest_due(waiting: deque[Waiting], now_s: float) -> Waiting | None:
    """Take the newest that is due, and those that came before it: nobody will see them. None while none is due."""
    due = None
    for _ in range(max((place for place, each in enumerate(waiting, 1) if each.due_s <= now_s), default=0)):
        due = waiting.popleft()
    return due
