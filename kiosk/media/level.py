"""How loud something is just now, for a meter: from real samples, smoothed as an eye wants it. Keeps no sound."""

import math
from typing import Final

import numpy as np

from kiosk.media.sound_format import FULL_SCALE, SAMPLE_RATE

SILENT_DBFS: Final = -90.0
_RISES_WITHIN_S: Final = 0.05  # time constants: a word shows at once, and is seen to fade
_FALLS_WITHIN_S: Final = 0.3


class Level:
    """RMS in decibels of full scale. Written by one thread, read by any."""

    def __init__(self) -> None:
        self._power = 0.0

    def add(self, pcm: bytes) -> None:
        """More sound: mono, 16-bit, at SAMPLE_RATE; what is cut off in the middle of a sample is left out."""
        samples = np.frombuffer(pcm, np.int16, len(pcm) // 2).astype(np.float64)
        if not samples.size:
            return
        power = float(np.dot(samples, samples)) / samples.size / FULL_SCALE**2
        within = _RISES_WITHIN_S if power > self._power else _FALLS_WITHIN_S
        self._power += (power - self._power) * (1 - math.exp(-samples.size / SAMPLE_RATE / within))

    @property
    def dbfs(self) -> float:
        """Now; SILENT_DBFS is the least."""
        return max(SILENT_DBFS, 10 * math.log10(max(self._power, 1e-12)))
