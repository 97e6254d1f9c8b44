"""What the laptop sends where it has no microphone: a soft 440 Hz tone that slowly swells, paced by the loop."""

import asyncio
from typing import Final

import numpy as np

from kiosk.media.sound_format import BLOCK_MS, BLOCK_SAMPLES, FULL_SCALE, SAMPLE_RATE
from kiosk.media.tally import Samples

TONE_HZ: Final = 440
_LEVEL: Final = 10 ** (-20 / 20) * 2**0.5  # -20 dB of full scale, as root mean square
_SWELL: Final = 0.15
_LOOP_BLOCKS: Final = 100  # two seconds: whole turns of the tone and of its swell


class SyntheticTone:
    """A sound source like a microphone."""

    def __init__(self) -> None:
        self._loop = tone_loop()
        self._block = 0
        self._began: float | None = None

    async def next_block(self) -> Samples:
        """The next 20 ms, when they are due."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        await asyncio.sleep(max(0.0, self._began + self._block * BLOCK_MS / 1000 - now))
        at = self._block % _LOOP_BLOCKS * BLOCK_SAMPLES
        self._block += 1
        return self._loop[at : at + BLOCK_SAMPLES]


def tone_loop() -> Samples:
    """Two seconds of the tone that join up without a click."""
    seconds = np.arange(_LOOP_BLOCKS * BLOCK_SAMPLES) / SAMPLE_RATE
    swell = 1 + _SWELL * np.sin(2 * np.pi * seconds / 2)
    tone: Samples = (FULL_SCALE * _LEVEL * swell * np.sin(2 * np.pi * TONE_HZ * seconds)).astype(np.int16)
    return tone
