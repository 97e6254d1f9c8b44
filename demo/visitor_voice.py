"""The built-in visitor's voice: syllables of a hummed, vowel-like sound in phrases with pauses; a voice, not a beep."""

import asyncio
from typing import Final

import numpy as np
import numpy.typing as npt

from kiosk.media.sound_format import BLOCK_MS, BLOCK_SAMPLES, FULL_SCALE, SAMPLE_RATE
from kiosk.media.tally import Samples

Wave = npt.NDArray[np.float64]

PITCH_HZ: Final = 196.0  # a woman's speaking voice
LEVEL: Final = 0.09  # root mean square while speaking, of full scale: a comfortable conversation
_VOWELS_HZ: Final = ((730, 1090, 2440), (530, 1840, 2480), (390, 1990, 2550), (570, 840, 2410), (440, 1020, 2240))
_PHRASES: Final = ((0, 1, 2, 3, 1), (4, 0, 2), (1, 3, 0, 2, 4, 1))  # vowels, one a syllable
_SYLLABLE_S: Final = 0.2
_PAUSE_S: Final = 0.48
_HARMONICS: Final = 18
_BANDWIDTH_HZ: Final = 110.0


class Voice:
    """A sound source like a microphone; the phrases come round every few seconds."""

    def __init__(self) -> None:
        self._loop = phrases()
        self._block = 0
        self._began: float | None = None

    async def next_block(self) -> Samples:
        """The next 20 ms, when they are due."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        await asyncio.sleep(max(0.0, self._began + self._block * BLOCK_MS / 1000 - now))
        at = self._block * BLOCK_SAMPLES % self._loop.size
        self._block += 1
        return self._loop[at : at + BLOCK_SAMPLES]


def phrases() -> Samples:
    """All phrases after each other, each followed by a pause; a whole number of blocks."""
    parts: list[Wave] = []
    for phrase in _PHRASES:
        for place, vowel in enumerate(phrase):
            fall = 1.12 - 0.2 * place / len(phrase)  # a sentence sinks towards its end
            parts.append(_syllable(PITCH_HZ * fall, _VOWELS_HZ[vowel]))
        parts.append(np.zeros(int(_PAUSE_S * SAMPLE_RATE)))
    voice = np.concatenate(parts)
    voice *= LEVEL / np.sqrt(np.mean(voice[voice != 0] ** 2))
    whole = voice.size // BLOCK_SAMPLES * BLOCK_SAMPLES
    samples: Samples = (np.clip(voice[:whole], -0.7, 0.7) * FULL_SCALE).astype(np.int16)
    return samples


def _syllable(pitch_hz: float, formants_hz: tuple[int, int, int]) -> Wave:
    seconds = np.arange(int(_SYLLABLE_S * SAMPLE_RATE)) / SAMPLE_RATE
    lively = pitch_hz * (1 + 0.06 * np.sin(np.pi * seconds / _SYLLABLE_S))
    phase = 2 * np.pi * np.cumsum(lively) / SAMPLE_RATE
    sound = np.zeros_like(seconds)
    for harmonic in range(1, _HARMONICS + 1):
        sound += _resonance(harmonic * pitch_hz, formants_hz) / harmonic * np.sin(harmonic * phase)
    rise_and_fall: Wave = np.sin(np.pi * seconds / _SYLLABLE_S) ** 0.7
    return sound * rise_and_fall


def _resonance(hz: float, formants_hz: tuple[int, int, int]) -> float:
    """How strongly a mouth shaped for these formants lets `hz` through."""
    peaks = zip(formants_hz, (1.0, 0.7, 0.3), strict=True)
    return 0.05 + sum(weight / (1 + ((hz - formant) / _BANDWIDTH_HZ) ** 2) for formant, weight in peaks)
