"""Judges a camera by a few numbers of each picture: covered, stuck, silent or unusable. Pure; it keeps no picture.

Of each picture 3,600 pixels of brightness are looked at, one in a few hundred (about 0.05 ms for 1280x720), and the
means of 144 blocks of 25 of them: noise of a dark sensor averages out in a block, a room does not.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from av import VideoFrame

from kiosk.media.i420 import Plane
from kiosk.scenes import CameraFault

SILENT_AFTER_S: Final = 1.5
FROZEN_AFTER_S: Final = 1.5
COVERED_AFTER_S: Final = 1.0

DARK: Final = 40
"""Brightest block of a picture in which there is no light; black is 16, white 235.

Automatic exposure lifts a dim room to a mean of 60 and more, and in the dimmest one the laptop's own screen lights the
face before it: some block is above 40. Behind tape or a shutter all of them stay at 16 to 30, whatever the gain.
"""

DIM: Final = 70
FLAT: Final = 16
"""A finger or cloth lets a little light through: dim all over (no block above DIM), and no block differs from another
by more than FLAT. A plain wall is as flat, but exposure brings whatever is lit near middle grey (about 126), well
above DIM. What is bright and flat (white paper on the lens) cannot be told from a wall, and is not called covered;
nor is a lens that is covered in part.
"""

LEAST_WIDTH: Final = 160
LEAST_HEIGHT: Final = 120
_ROWS: Final = 45
_COLUMNS: Final = 80
_BLOCK: Final = 5


@dataclass(frozen=True, slots=True)
class Glance:
    """What is kept of a picture: its size, its darkest and brightest block, and whether it is the one before again.

    `is_same` means that not one sampled pixel differs. Every real sensor has noise, so that no two pictures are equal.
    """

    width: int
    height: int
    darkest: float
    brightest: float
    is_same: bool

    @property
    def is_usable(self) -> bool:
        """Whether it is large enough to be a picture of somebody."""
        return self.width >= LEAST_WIDTH and self.height >= LEAST_HEIGHT

    @property
    def has_light(self) -> bool:
        """Whether the lens sees anything; see DARK, DIM and FLAT."""
        is_flat = self.brightest < DIM and self.brightest - self.darkest < FLAT
        return self.brightest >= DARK and not is_flat


NOTHING: Final = Glance(0, 0, 0.0, 0.0, is_same=False)


class Glancer:
    """Takes the numbers of one picture after another; keeps the sample of the last one, to compare with."""

    def __init__(self) -> None:
        self._before: Plane | None = None

    def glance(self, luma: Plane) -> Glance:
        """The numbers of a picture, by its plane of brightness (height x width)."""
        height, width = luma.shape
        if width < LEAST_WIDTH or height < LEAST_HEIGHT:
            return replace(NOTHING, width=width, height=height)
        down, across = height // _ROWS, width // _COLUMNS
        sample = luma[down // 2 :: down, across // 2 :: across][:_ROWS, :_COLUMNS].copy()
        blocks = sample.reshape(_ROWS // _BLOCK, _BLOCK, _COLUMNS // _BLOCK, _BLOCK).mean(axis=(1, 3))
        is_same = self._before is not None and np.array_equal(sample, self._before)
        self._before = sample
        return Glance(width, height, float(blocks.min()), float(blocks.max()), is_same)


def luma_of(frame: VideoFrame) -> Plane:
    """The plane of brightness of a yuv420p picture, as a view into it."""
    plane = frame.planes[0]
    return np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known of a camera. Instants are seconds of one steady clock, `opened_at` the last opening."""

    opened_at: float
    newest_at: float | None = None  # since the last opening
    newest: Glance = NOTHING
    dark_since: float | None = None
    same_since: float | None = None  # the arrival of the picture that all since are equal to

    def saw(self, glance: Glance, at: float) -> "Judgement":
        """With one more picture."""
        dark_since = None if glance.has_light else (at if self.dark_since is None else self.dark_since)
        same_since = self.same_since if glance.is_same and self.same_since is not None else at
        return Judgement(self.opened_at, at, glance, dark_since, same_since)

    def reopened(self, at: float) -> "Judgement":
        """The camera was opened once more: a stuck one that gives the same picture again is stuck still."""
        return replace(self, opened_at=at, newest_at=None)

    def fault(self, now: float) -> CameraFault | None:
        """What is wrong, the plainest first; None while nothing is, and while it is too early to say."""
        if now - (self.opened_at if self.newest_at is None else self.newest_at) > SILENT_AFTER_S:
            return CameraFault.SILENT
        if self.newest_at is None:
            return None
        if not self.newest.is_usable:
            return CameraFault.UNUSABLE
        if self.dark_since is not None and self.newest_at - self.dark_since > COVERED_AFTER_S:
            return CameraFault.COVERED  # before frozen: a shutter may give one black picture again and again
        if self.same_since is not None and self.newest_at - self.same_since > FROZEN_AFTER_S:
            return CameraFault.FROZEN
        return None
