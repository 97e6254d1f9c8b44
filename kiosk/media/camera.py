"""The camera by OpenCV and V4L2: 1280x720 at 30 frames a second, one conversion to what the encoder takes."""

from collections.abc import Callable
from typing import Final, Protocol, cast

import cv2
from av import VideoFrame

from kiosk.errors import Unavailable
from kiosk.media.i420 import Pixels, from_bgr

WIDTH: Final = 1280
HEIGHT: Final = 720
PER_SECOND: Final = 30
_MJPG: Final = cv2.VideoWriter.fourcc(*"MJPG")  # most cameras give 720p at 30 frames a second only so


class Capture(Protocol):
    """The part of cv2.VideoCapture that is used."""

    def isOpened(self) -> bool:  # noqa: N802 (OpenCV's name)
        """Whether it can be read."""

    def set(self, propId: int, value: float) -> bool:  # noqa: N803 (OpenCV's name)
        """Ask for a setting; the driver may refuse."""

    def read(self) -> tuple[bool, Pixels]:
        """Wait for the next picture."""

    def release(self) -> None:
        """Let go of the device."""


def open_v4l2(node: str) -> Capture:
    """OpenCV's own capture."""
    return cast(Capture, cv2.VideoCapture(node, cv2.CAP_V4L2))


class Camera:
    """An open camera. Made and used on one thread; raises Unavailable when it cannot be opened or stops."""

    def __init__(self, node: str, opener: Callable[[str], Capture] = open_v4l2) -> None:
        self._capture = opener(node)
        if not self._capture.isOpened():
            self._capture.release()
            raise Unavailable("The camera could not be opened.")
        for setting, value in (
            (cv2.CAP_PROP_FOURCC, _MJPG),
            (cv2.CAP_PROP_FRAME_WIDTH, WIDTH),
            (cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT),
            (cv2.CAP_PROP_FPS, PER_SECOND),
            (cv2.CAP_PROP_BUFFERSIZE, 1),
        ):
            self._capture.set(setting, value)  # a camera that refuses one is used as it is

    def read(self) -> VideoFrame:
        """Wait for the next picture."""
        taken, pixels = self._capture.read()
        if not taken:
            raise Unavailable("The camera stopped.")
        even = pixels[: pixels.shape[0] // 2 * 2, : pixels.shape[1] // 2 * 2]
        return VideoFrame.from_ndarray(from_bgr(even), format="yuv420p")

    def close(self) -> None:
        """Let go of the device; its light goes out."""
        self._capture.release()
