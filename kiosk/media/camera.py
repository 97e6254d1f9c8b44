"""The camera by OpenCV and V4L2: 1280x720 at 30 frames a second, one conversion to what the encoder takes.

A camera that refuses that is asked for less; it never gives more than 1280x720, whatever the camera sends.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol, cast

import cv2
import numpy as np
from av import VideoFrame

from kiosk.media.camera_trouble import CameraTrouble, why_not
from kiosk.media.fit import Size, fit
from kiosk.media.i420 import Pixels, from_bgr
from kiosk.media.picture_judge import LEAST_HEIGHT, LEAST_WIDTH
from kiosk.scenes import CameraFault

WIDTH: Final = 1280
HEIGHT: Final = 720
PER_SECOND: Final = 30
LONG_MISS_S: Final = 0.5  # then nothing came at all, as after a sleep
MOST_MISSES: Final = 3  # in a row: a picture may arrive damaged, and is left out


@dataclass(frozen=True, slots=True)
class Format:
    """What a camera is asked for; without a code, in whatever form it likes."""

    code: int | None
    width: int
    height: int


FORMATS: Final = (
    Format(cv2.VideoWriter.fourcc(*"MJPG"), WIDTH, HEIGHT),  # most give 720p at 30 frames a second only so
    Format(cv2.VideoWriter.fourcc(*"YUYV"), 640, 480),  # plain: USB 2 carries no more of it 30 times a second
    Format(None, WIDTH, HEIGHT),
)


_NOT_TO_BE_TRIED: Final = (CameraFault.UNPLUGGED, CameraFault.BUSY)  # OpenCV would write a line each time


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        """Whether it can be read."""

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 (OpenCV's name)
        """Ask for a setting; the driver may refuse."""

    def get(self, propId: int) -> float:  # noqa: N803 (OpenCV's name)
        """The setting as it is."""

    def read(self) -> tuple[bool, Pixels]:
        """Wait for the next picture."""

    def release(self) -> None:
        """Let go of the device. Safe twice."""


def open_v4l2(node: str) -> Capture:
    """OpenCV's own capture."""
    return cast(Capture, cv2.VideoCapture(node, cv2.CAP_V4L2))


class Camera:
    """An open camera. Made and used on one thread; raises CameraTrouble when it cannot be opened or stops."""

    def __init__(
        self,
        node: str,
        opener: Callable[[str], Capture] = open_v4l2,
        why: Callable[[str], CameraFault | None] = why_not,
    ) -> None:
        self._why: Callable[[], CameraFault | None] = partial(why, node)
        if (known := why(node)) in _NOT_TO_BE_TRIED:
            raise CameraTrouble(known)
        self._capture = opener(node)
        if not self._capture.isOpened():
            raise self._trouble(CameraFault.UNUSABLE)
        self._untried = iter(FORMATS)
        self._has_format = self._some_came = False
        self._misses = 0

    def read(self) -> VideoFrame | None:
        """Wait for the next picture, once; None for one that was damaged, or that does not come in the format tried."""
        if not self._has_format:
            return self._tried()
        began = time.monotonic()
        pixels = self._next()
        if pixels is None:
            self._misses += 1
            if self._misses >= MOST_MISSES or time.monotonic() - began > LONG_MISS_S:
                raise self._trouble(CameraFault.SILENT)
            return None
        self._misses = 0
        if not _is_usable(pixels):
            raise self._trouble(CameraFault.UNUSABLE)
        return _frame(pixels)

    def close(self) -> None:
        """Let go of the device; its light goes out."""
        self._capture.release()

    def _tried(self) -> VideoFrame | None:
        """The first picture in the next format that it has, if a usable one comes: that format is kept.

        One format at a time, so that whoever reads may stop between a silent camera's waits.
        """
        if not any(map(self._has, self._untried)):
            raise self._trouble(CameraFault.UNUSABLE if self._some_came else CameraFault.SILENT)
        pixels = self._next()
        if pixels is None or not _is_usable(pixels):
            self._some_came = self._some_came or pixels is not None
            return None
        self._has_format = True
        return _frame(pixels)

    def _has(self, wanted: Format) -> bool:
        """Ask for a format: whether the camera has it, in whatever size."""
        if wanted.code is not None:
            self._capture.set(cv2.CAP_PROP_FOURCC, wanted.code)
        for setting, value in (
            (cv2.CAP_PROP_FRAME_WIDTH, wanted.width),
            (cv2.CAP_PROP_FRAME_HEIGHT, wanted.height),
            (cv2.CAP_PROP_FPS, PER_SECOND),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._capture.set(setting, value)  # a camera that refuses one is used as it is
        return wanted.code is None or int(self._capture.get(cv2.CAP_PROP_FOURCC)) == wanted.code

    def _next(self) -> Pixels | None:
        try:
            taken, pixels = self._capture.read()
        except cv2.error:  # what a driver answers that OpenCV did not expect
            return None
        return pixels if taken else None

    def _trouble(self, otherwise: CameraFault) -> CameraTrouble:
        """Let go first: whether it is busy with another cannot be seen while it is with us."""
        self.close()
        return CameraTrouble(self._why() or otherwise)


def _frame(pixels: Pixels) -> VideoFrame:
    return VideoFrame.from_ndarray(from_bgr(_even(_not_too_large(pixels))), format="yuv420p")


def _is_usable(pixels: Pixels) -> bool:
    """Whether it is a coloured picture of some size; what OpenCV does not know it hands on as it came."""
    is_coloured = pixels.ndim == 3 and pixels.shape[2] == 3 and pixels.dtype == np.uint8
    return is_coloured and pixels.shape[0] >= LEAST_HEIGHT and pixels.shape[1] >= LEAST_WIDTH


def _not_too_large(pixels: Pixels) -> Pixels:
    height, width = pixels.shape[:2]
    if width <= WIDTH and height <= HEIGHT:
        return pixels
    size = fit(Size(width, height), Size(WIDTH, HEIGHT))
    return cast(Pixels, cv2.resize(pixels, (size.width, size.height), interpolation=cv2.INTER_AREA))


def _even(pixels: Pixels) -> Pixels:
    return pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2]
