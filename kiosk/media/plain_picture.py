"""The plain dark picture that is sent once when the camera gives none. Numbers only."""

from typing import Final

import numpy as np
from av import VideoFrame

WIDTH: Final = 1280
HEIGHT: Final = 720
_LUMA: Final = 48
_NO_COLOUR: Final = 128


def plain_picture() -> VideoFrame:
    """One frame of it, as the encoder takes it."""
    planes = np.full((HEIGHT * 3 // 2, WIDTH), _NO_COLOUR, np.uint8)
    planes[:HEIGHT] = _LUMA
    return VideoFrame.from_ndarray(planes, format="yuv420p")
