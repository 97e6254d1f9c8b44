"""Counts what went through in one direction: pictures with their size, sound with its level. Keeps none of it."""

import math

import numpy as np
import numpy.typing as npt

from kiosk.media.sound_format import FULL_SCALE, SAMPLE_RATE

Samples = npt.NDArray[np.int16]


class PictureTally:
    """Pictures so far, and the size of the last one."""

    def __init__(self) -> None:
        self.frames = 0
        self.width = 0
        self.height = 0

    def add(self, width: int, height: int) -> None:
        """One more picture of this size."""
        self.frames += 1
        self.width, self.height = width, height


class SoundTally:
    """Sound so far, and its level over all of it."""

    def __init__(self) -> None:
        self._samples = 0
        self._energy = 0.0

    def add(self, samples: Samples) -> None:
        """More sound, mono at SAMPLE_RATE."""
        wide = samples.astype(np.float64)
        self._samples += samples.size
        self._energy += float(np.dot(wide, wide))

    @property
    def ms(self) -> int:
        """How much sound, in milliseconds."""
        return self._samples * 1000 // SAMPLE_RATE

    @property
    def rms(self) -> float:
        """Root mean square of every sample, 0 to 1 of full scale; 0 before the first."""
        return math.sqrt(self._energy / self._samples) / FULL_SCALE if self._samples else 0.0


class Direction:
    """One direction of a session."""

    def __init__(self) -> None:
        self.pictures = PictureTally()
        self.sound = SoundTally()
