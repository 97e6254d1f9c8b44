"""A drawn picture that moves cheaply: a still background, and small patches blended over it. Knows no camera."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from av import VideoFrame

from kiosk.media.i420 import Pixels, Plane, from_bgr, planes_of

_Wide = npt.NDArray[np.int16]

_TEXT_LUMA = 210


@dataclass(frozen=True, slots=True)
class Patch:
    """A small picture with soft edges, ready to blend into each plane. Its sides are even."""

    width: int
    height: int
    _planes: tuple[tuple[_Wide, _Wide], ...]  # colour and opacity (0 to 128) for Y, U and V

    @classmethod
    def of(cls, pixels: Pixels, opacity: Plane) -> "Patch":
        """Make a patch of `pixels`, shown where `opacity` (0 to 255) says so."""
        height, width = opacity.shape
        small = opacity.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
        planes = planes_of(from_bgr(pixels))
        shades = (_opacity(opacity), _opacity(small), _opacity(small))
        return cls(width, height, tuple((p.astype(np.int16), s) for p, s in zip(planes, shades, strict=True)))

    def lay(self, planes: tuple[Plane, Plane, Plane], left: int, top: int) -> None:
        """Draw over `planes` at an even position that lies wholly inside."""
        for plane, (colour, opacity), step in zip(planes, self._planes, (1, 2, 2), strict=True):
            x, y = left // step, top // step
            area = plane[y : y + colour.shape[0], x : x + colour.shape[1]]
            area += (((colour - area) * opacity) >> 7).astype(np.uint8)  # wraps round to the right value


@dataclass(frozen=True, slots=True)
class Stamp:
    """A small picture that covers what is below it: cheaper than a patch. Its sides are even."""

    width: int
    height: int
    _planes: tuple[Plane, Plane, Plane]

    @classmethod
    def of(cls, pixels: Pixels) -> "Stamp":
        """Make a stamp of `pixels`."""
        return cls(pixels.shape[1], pixels.shape[0], planes_of(from_bgr(pixels)))

    def lay(self, planes: tuple[Plane, Plane, Plane], left: int, top: int) -> None:
        """Draw over `planes` at an even position that lies wholly inside."""
        for plane, colour, step in zip(planes, self._planes, (1, 2, 2), strict=True):
            plane[top // step : (top + self.height) // step, left // step : (left + self.width) // step] = colour


class Canvas:
    """A background that is drawn over and put right again, so that a frame costs one copy and a few small blends."""

    def __init__(self, background: Pixels) -> None:
        self._still = planes_of(from_bgr(background))
        self._picture = from_bgr(background)
        self._planes = planes_of(self._picture)
        self._drawn: list[tuple[int, int, int, int]] = []

    def wipe(self) -> None:
        """Put the background back wherever something was drawn."""
        for left, top, width, height in self._drawn:
            for plane, still, step in zip(self._planes, self._still, (1, 2, 2), strict=True):
                box = np.s_[top // step : (top + height) // step, left // step : (left + width) // step]
                plane[box] = still[box]
        self._drawn.clear()

    def draw(self, patch: Patch | Stamp, left: int, top: int) -> None:
        """Draw `patch`, its corner at the nearest even position; it must lie wholly inside."""
        left, top = left // 2 * 2, top // 2 * 2
        patch.lay(self._planes, left, top)
        self._drawn.append((left, top, patch.width, patch.height))

    def write(self, text: str, left: int, bottom: int) -> None:
        """Write a short line in light grey, large enough to read on the other side."""
        cv2.putText(self._planes[0], text, (left, bottom), cv2.FONT_HERSHEY_SIMPLEX, 0.8, _TEXT_LUMA, 2, cv2.LINE_AA)
        self._drawn.append((left, bottom - 30, 22 * len(text), 40))

    def frame(self) -> VideoFrame:
        """The picture as it is now, copied."""
        return VideoFrame.from_ndarray(self._picture, format="yuv420p")


def _opacity(mask: npt.NDArray[np.generic]) -> _Wide:
    return (mask.astype(np.int16) + 1) >> 1  # 128 at most, so that a product still fits 16 bits
