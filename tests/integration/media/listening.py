"""Measures a known tone in recorded sound: how much of it lies at one frequency."""

import numpy as np
import numpy.typing as npt


def share_at(samples: npt.NDArray[np.int16], hz: float, rate: int = 48_000) -> float:
    """The part of the sound's energy within twelve hertz of `hz`, 0 to 1; 0 for silence."""
    wide = samples.astype(np.float64)
    energy = float(np.dot(wide, wide))
    if energy == 0:
        return 0.0
    spectrum = np.abs(np.fft.rfft(wide * np.hanning(wide.size))) ** 2
    frequencies = np.fft.rfftfreq(wide.size, 1 / rate)
    near = np.abs(frequencies - hz) < 12
    return float(spectrum[near].sum() / spectrum.sum())


def clearest_share_at(samples: npt.NDArray[np.int16], hz: float, rate: int = 48_000) -> float:
    """The same for the clearest quarter of a second: a busy machine may tear the sound, but not everywhere."""
    part = rate // 4
    return max(share_at(samples[at : at + part], hz, rate) for at in range(0, samples.size - part + 1, part))


def level_of(samples: npt.NDArray[np.int16]) -> float:
    """Root mean square, 0 to 1 of full scale."""
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)) / 32768)
