"""The self-view: what the camera sees, mirrored and small, at most 15 times a second. Runs on the camera's thread."""

import time
from collections.abc import Callable
from typing import Final

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from kiosk.latest import Latest, Picture
from kiosk.media.fit import PictureSizes, Size, fit

BLANK: Final = Size(1280, 720)
_PLAIN_BGRA: Final = 0xFF28363F  # a little lighter than the ground of a call
_LEAST_BETWEEN_S: Final = 1 / 15 - 0.005  # every second frame of 30, whatever the jitter


class OwnView:
    """Puts the self-view into `own`. `sizes` is asked anew for each picture."""

    def __init__(
        self, own: Latest[Picture], sizes: Callable[[], PictureSizes], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._own = own
        self._sizes = sizes
        self._now = now
        self._due = 0.0
        self._count = 0
        self._reformatter = VideoReformatter()

    def show(self, frame: VideoFrame) -> None:
        """Paint `frame`, if it is time for another picture."""
        now = self._now()
        if now < self._due:
            return
        self._due = now + _LEAST_BETWEEN_S
        self._count += 1
        self._own.put(self._mirrored(frame))

    def blank(self) -> None:
        """Paint a plain picture, so that no old one stands still there. From any thread, while none is shown."""
        size = fit(BLANK, self._sizes().own)
        pixels = np.full((size.height, size.width), _PLAIN_BGRA, np.uint32)
        self._count += 1
        self._own.put(
            Picture(
                data=pixels.data.cast("B"),
                width=size.width,
                height=size.height,
                stride=size.width * 4,
                number=self._count,
                frame_width=BLANK.width,
                frame_height=BLANK.height,
            )
        )

    def _mirrored(self, frame: VideoFrame) -> Picture:
        size = fit(Size(frame.width, frame.height), self._sizes().own)
        small = self._reformatter.reformat(
            frame,
            width=size.width,
            height=size.height,
            format="bgra",
            interpolation=Interpolation.FAST_BILINEAR,
            threads=1,
        )
        plane = small.planes[0]
        pixels = np.frombuffer(memoryview(plane), np.uint32).reshape(size.height, plane.line_size // 4)[:, : size.width]
        mirrored = np.ascontiguousarray(pixels[:, ::-1])
        return Picture(
            data=mirrored.data.cast("B"),
            width=size.width,
            height=size.height,
            stride=size.width * 4,
            number=self._count,
            frame_width=frame.width,
            frame_height=frame.height,
        )
