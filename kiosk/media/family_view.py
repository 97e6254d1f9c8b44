"""Turns received pictures into ones the screen can paint: one pass, off the loop; the newest wins and none queue."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from kiosk.latest import Latest, Picture
from kiosk.media.fit import PictureSizes, Size, fit


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


class FamilyView:
    """Takes every received picture and paints the newest that there is time for. `executor` has one thread."""

    def __init__(self, family: Latest[Picture], sizes: Callable[[], PictureSizes], executor: Executor) -> None:
        self._sizes = sizes
        self._family = family
        self._executor = executor
        self._scaler = Scaler()
        self._newest: tuple[VideoFrame, int] | None = None
        self._arrived = asyncio.Event()

    def show(self, frame: VideoFrame, number: int) -> None:
        """Paint `frame` as soon as the one before is done, unless a newer one comes first."""
        self._newest = (frame, number)
        self._arrived.set()

    async def run(self) -> None:
        """Paint until cancelled; begins with nothing to paint."""
        self._newest = None
        loop = asyncio.get_running_loop()
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            if self._newest is None:
                continue
            (frame, number), self._newest = self._newest, None
            picture = await loop.run_in_executor(
                self._executor, self._scaler.picture, frame, self._sizes().family, number
            )
            self._family.put(picture)
