"""Sound made a little shorter or longer without a change of pitch: one period left out or said twice. Pure.

The way of WSOLA (Verhelst and Roelands, 1993): periods that look alike are laid over each other and cross-faded.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.tally import Samples

NEEDED: Final = SAMPLE_RATE * 30 // 1000  # samples of sound to look at
_COARSE: Final = 12  # 4 kHz are enough to see a pitch
_SHORTEST, _LONGEST = 10, 50  # periods of 2.5 to 12.5 ms: 400 down to 80 Hz
_COMPARED: Final = 60  # 15 ms
_AS_GOOD: Final = 0.02
_QUIET: Final = 150.0  # below this level (-47 dB) nobody hears a seam
_Wide = npt.NDArray[np.float32]


class Period(NamedTuple):
    """The length in samples after which sound looks most like itself, and how much: 1 is the same, 0 nothing alike."""

    samples: int
    likeness: float


def period_of(sound: Samples) -> Period:
    """Look at the first NEEDED samples. What is quiet is like itself anywhere."""
    wide = sound[:NEEDED].astype(np.float32)
    if float(np.sqrt(np.mean(wide * wide))) < _QUIET:
        return Period(_LONGEST * _COARSE, 1.0)
    coarse = wide.reshape(-1, _COARSE).mean(axis=1)
    near, _likeness = _most_alike(coarse, _COMPARED, _SHORTEST, _LONGEST)
    return Period(*_most_alike(wide, _COMPARED * _COARSE, (near - 1) * _COARSE + 1, (near + 1) * _COARSE - 1))


def _most_alike(sound: _Wide, length: int, shortest: int, longest: int) -> tuple[int, float]:
    longest = min(longest, sound.size - length)
    here = sound[:length]
    there = np.lib.stride_tricks.sliding_window_view(sound[shortest : longest + length], length)
    alike = (there @ here) / np.sqrt(np.einsum("ij,ij->i", there, there) * np.dot(here, here) + 1.0)
    best = int(np.flatnonzero(alike >= alike.max() - _AS_GOOD)[-1])  # the longest of them: fewer seams
    return shortest + best, float(alike[best])


def shortened(sound: Samples, period: int) -> Samples:
    """Without its first period, which fades into the second."""
    faded = _faded(sound[:period], sound[period : 2 * period])
    return np.concatenate([faded, sound[2 * period :]])


def lengthened(past: Samples, sound: Samples, period: int) -> Samples:
    """`sound` after the last period of what came before it is said again; at least a period of both must be there."""
    faded = _faded(sound[:period], past[-period:])
    return np.concatenate([faded, sound])


def _faded(out: Samples, into: Samples) -> Samples:
    rising = np.linspace(0.0, 1.0, out.size, dtype=np.float32)
    mixed: Samples = (out * (1 - rising) + into * rising).astype(np.int16)
    return mixed


def joined(last: int, sound: Samples, over: int) -> Samples:
    """`sound` without the click of a jump from `last`: the difference dies away over the first `over` samples."""
    length = min(over, sound.size)
    if not length:
        return sound
    fading = (last - float(sound[0])) * np.linspace(1.0, 0.0, length, dtype=np.float32)
    smooth = sound.copy()
    smooth[:length] = np.clip(sound[:length] + fading, -32_768, 32_767).astype(np.int16)
    return smooth
