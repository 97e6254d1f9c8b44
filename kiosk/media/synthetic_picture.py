"""What the laptop sends where it has no camera: calm hills and an orange disc; it says that it is drawn."""

import math
from typing import Final

import cv2
import numpy as np
from av import VideoFrame

from kiosk.media.canvas import Canvas, Patch
from kiosk.media.i420 import Pixels
from kiosk.media.pace import Pace

WIDTH: Final = 1280
HEIGHT: Final = 720
DISC_RGB: Final = (0xE4, 0x57, 0x2E)
DISC_RADIUS: Final = 72
_TURN_FRAMES: Final = 300
_SKY_TOP_BGR: Final = (92, 70, 34)
_SKY_LOW_BGR: Final = (188, 178, 150)
_HILLS_BGR: Final = ((128, 122, 84), (104, 98, 58), (78, 72, 38))


class SyntheticPicture:
    """A picture source like a camera: 1280x720 at 30 frames a second, every frame different and known beforehand."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._canvas = Canvas(_background())
        self._disc = _disc()

    def read(self) -> VideoFrame:
        """Wait until the next frame is due and draw it; frames that are late already are left out."""
        return self.draw(self._pace.next())

    def draw(self, number: int) -> VideoFrame:
        """Frame `number`: the disc stands at `disc_centre(number)`."""
        x, y = disc_centre(number)
        self._canvas.wipe()
        self._canvas.draw(self._disc, x - DISC_RADIUS, y - DISC_RADIUS)
        self._canvas.write(f"No camera: drawn picture {number}", 40, HEIGHT - 40)
        return self._canvas.frame()

    def close(self) -> None:
        """Nothing is held open."""


def disc_centre(number: int) -> tuple[int, int]:
    """Where the middle of the disc is in frame `number`, in pixels, to within one pixel."""
    turn = 2 * math.pi * number / _TURN_FRAMES
    x = WIDTH / 2 + 0.34 * WIDTH * math.cos(turn)
    y = 0.42 * HEIGHT + 0.24 * HEIGHT * math.sin(2 * turn)
    return int(x) // 2 * 2, int(y) // 2 * 2


def _background() -> Pixels:
    sky = np.linspace(np.array(_SKY_TOP_BGR), np.array(_SKY_LOW_BGR), HEIGHT)
    picture: Pixels = np.repeat(sky[:, None, :], WIDTH, axis=1).astype(np.uint8)
    columns = np.arange(WIDTH)
    for row, colour in enumerate(_HILLS_BGR):
        ridge = HEIGHT * (0.62 + 0.13 * row) + 42 * np.sin(columns / (190 - 30 * row) + 2.2 * row)
        outline = np.column_stack([columns, ridge])
        corners = np.array([[WIDTH, HEIGHT], [0, HEIGHT]])
        cv2.fillPoly(picture, [np.vstack([outline, corners]).astype(np.int32)], colour, cv2.LINE_AA)
    return picture


def _disc() -> Patch:
    side = 2 * DISC_RADIUS
    opacity = np.zeros((side, side), np.uint8)
    cv2.circle(opacity, (DISC_RADIUS, DISC_RADIUS), DISC_RADIUS - 2, 255, -1, cv2.LINE_AA)
    pixels = np.empty((side, side, 3), np.uint8)
    pixels[:] = DISC_RGB[::-1]
    return Patch.of(pixels, opacity)
