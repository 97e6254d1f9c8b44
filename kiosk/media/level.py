"""How loud something is just now, for a meter: from real samples, smoothed as an eye wants it. Keeps no sound."""

import math
import time
from collections.abc import Callable
from typing import Final

import numpy as np

from kiosk.media.sound_format import FULL_SCALE, SAMPLE_RATE

SILENT_DBFS: Final = -90.0
_RISES_WITHIN_S: Final = 0.05  # time constants: a word shows at once, and is seen to fade
_FALLS_WITHIN_S: Final = 0.3
OLD_AFTER_S: Final = 0.5  # open microphones give something each 20 ms, and silence stands in for what is missing


class Level:
    """RMS in decibels of full scale. Written by one thread, read by any. `now` is in seconds.

    What was heard last is not what is heard now: without more sound it is silent after OLD_AFTER_S.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._power, self._at = 0.0, now()

    def add(self, pcm: bytes) -> None:
        """More sound: mono, 16-bit, at SAMPLE_RATE; what is cut off in the middle of a sample is left out."""
        samples = np.frombuffer(pcm, np.int16, len(pcm) // 2).astype(np.float64)
        if not samples.size:
            return
        power = float(np.dot(samples, samples)) / samples.size / FULL_SCALE**2
        within = _RISES_WITHIN_S if power > self._power else _FALLS_WITHIN_S
        self._power += (power - self._power) * (1 - math.exp(-samples.size / SAMPLE_RATE / within))
        self._at = self._now()

    @property
    def dbfs(self) -> float:
        """Now; SILENT_DBFS is the least."""
        if self._now() - self._at > OLD_AFTER_S:
            return SILENT_DBFS
        return max(SILENT_DBFS, 10 * math.log10(max(self._power, 1e-12)))
