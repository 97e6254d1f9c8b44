"""Pictures in the form the encoder takes: full brightness, quarter colour (I420, also called yuv420p). Numbers only."""

from typing import cast

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]  # height x width x (blue, green, red)
Plane = npt.NDArray[np.uint8]  # height x width


def from_bgr(pixels: Pixels) -> Plane:
    """The three planes below each other, as OpenCV and av lay them out. Both sides must be even."""
    return cast(Plane, cv2.cvtColor(pixels, cv2.COLOR_BGR2YUV_I420))


def planes_of(picture: Plane) -> tuple[Plane, Plane, Plane]:
    """The Y, U and V planes of such a picture, as views into it."""
    height, width = picture.shape[0] * 2 // 3, picture.shape[1]
    flat = picture.reshape(-1)
    luma, quarter = width * height, width * height // 4
    half = (height // 2, width // 2)
    return (
        flat[:luma].reshape(height, width),
        flat[luma : luma + quarter].reshape(half),
        flat[luma + quarter :].reshape(half),
    )
