"""The sound a laptop plays to hear itself, and whether the microphone heard it. Numbers only; keeps no sound.

A sweep is found by a matched filter: it stands out of noise that is louder than itself, and no voice is like it.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from kiosk.media.sound_format import BYTES_PER_SAMPLE, FULL_SCALE, SAMPLE_RATE

Sound = npt.NDArray[np.float64]

LOW_HZ: Final = 400.0  # what a laptop's small loudspeaker can still play
HIGH_HZ: Final = 4000.0
SWEEP_S: Final = 0.4
PAUSE_S: Final = 0.2
TIMES: Final = 3
LEVEL: Final = 10 ** (-20 / 20)  # of full scale, at its peak: quiet in a room
FADE_S: Final = 0.02
PLAYED_S: Final = TIMES * (SWEEP_S + PAUSE_S)
LEAST_LIKENESS: Final = 0.15  # of 1; noise alone stays under 0.1 for a sweep of this length and width


@dataclass(frozen=True, slots=True)
class Heard:
    """How like the sweep the best moment is (0 to 1), and how loud it came back beside how it was played, in dB."""

    likeness: float
    level_db: float
    is_dead: bool = False  # not one sample that is not zero: no microphone in a room is so quiet

    @property
    def is_heard(self) -> bool:
        """Whether that was the sweep."""
        return self.likeness >= LEAST_LIKENESS


def sweep() -> Sound:
    """One sweep, from low to high, soft at both ends."""
    at = np.arange(int(SWEEP_S * SAMPLE_RATE)) / SAMPLE_RATE
    turns = LOW_HZ * at + (HIGH_HZ - LOW_HZ) * at**2 / (2 * SWEEP_S)
    fade = np.minimum(1.0, np.minimum(at, SWEEP_S - at) / FADE_S)
    return np.asarray(LEVEL * fade * np.sin(2 * np.pi * turns))


class Sweeps:
    """What the loudspeaker plays: the sweep a few times, then silence. Taken from by the sound thread alone."""

    def __init__(self) -> None:
        one = np.concatenate([sweep(), np.zeros(int(PAUSE_S * SAMPLE_RATE))])
        self._pcm = (FULL_SCALE * np.tile(one, TIMES)).astype(np.int16).tobytes()
        self._at = 0

    def take(self, most_bytes: int) -> bytes:
        """Exactly `most_bytes`, cut to whole samples."""
        wanted = most_bytes // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
        pcm = self._pcm[self._at : self._at + wanted]
        self._at += len(pcm)
        return pcm + bytes(wanted - len(pcm))


def listen_for(pcm: bytes) -> Heard:
    """The sweep's best moment in what was heard. Too little sound is none."""
    heard = np.frombuffer(pcm[: len(pcm) // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE], np.int16) / FULL_SCALE
    wanted = sweep()
    if len(heard) < len(wanted) or not heard.any():
        return Heard(0.0, -np.inf, is_dead=True)
    length = len(heard) + len(wanted)
    against = np.fft.irfft(np.fft.rfft(heard, length) * np.conj(np.fft.rfft(wanted, length)), length)
    against = np.abs(against[: len(heard) - len(wanted) + 1])
    loudness = np.concatenate([[0.0], np.cumsum(heard**2)])
    there = np.sqrt(np.maximum(loudness[len(wanted) :] - loudness[: -len(wanted)], 0.0))
    own = float(np.sqrt(np.sum(wanted**2)))
    likeness = against / np.maximum(own * there, own * own * 1e-6)  # near silence is like nothing
    best = int(np.argmax(likeness))
    return Heard(float(likeness[best]), float(20 * np.log10(max(against[best] / own**2, 1e-6))))
