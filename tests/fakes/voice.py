"""Something like a voice, always the same: harmonics on a wandering pitch, in syllables. No recording of anybody."""

from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 48_000
BLOCK: Final = 960
_PITCH_HZ: Final = 120
_SYLLABLES_HZ: Final = 3


def spoken(blocks: int) -> npt.NDArray[np.int16]:
    """So many blocks of 20 ms."""
    seconds = np.arange(blocks * BLOCK) / RATE
    phase = 2 * np.pi * np.cumsum(_PITCH_HZ + 20 * np.sin(2 * np.pi * 0.7 * seconds)) / RATE
    tones = np.sum([np.sin(part * phase) / part for part in range(1, 25)], axis=0)
    syllables = (0.5 + 0.5 * np.sin(2 * np.pi * _SYLLABLES_HZ * seconds)) ** 2
    said: npt.NDArray[np.int16] = (tones * syllables * 6_000).astype(np.int16)
    return said
