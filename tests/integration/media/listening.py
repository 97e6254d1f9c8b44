"""Measures a known tone in recorded sound (Goertzel's way: how much of it lies at one frequency)."""

import numpy as np
import numpy.typing as npt


def share_at(samples: npt.NDArray[np.int16], hz: float, rate: int = 48_000) -> float:
    """The part of the sound's energy within a few hertz of `hz`, 0 to 1; 0 for silence."""
    wide = samples.astype(np.float64)
    energy = float(np.dot(wide, wide))
    if energy == 0:
        return 0.0
    spectrum = np.abs(np.fft.rfft(wide * np.hanning(wide.size))) ** 2
    frequencies = np.fft.rfftfreq(wide.size, 1 / rate)
    near = np.abs(frequencies - hz) < 8
    return float(spectrum[near].sum() / spectrum.sum())


def level_of(samples: npt.NDArray[np.int16]) -> float:
    """Root mean square, 0 to 1 of full scale."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)) / 32768)
