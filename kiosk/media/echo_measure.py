"""How much of a known sound is left in a recording, and whether an echo canceller cancels. Pure; numbers only."""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from kiosk.media.sound_format import FULL_SCALE, SAMPLE_RATE
from kiosk.media.tally import Samples

ENOUGH_DB: Final = 25.0  # what a canceller must take away of the family's voice
MOST_DB: Final = 60.0  # better than this cannot be told from silence
LEAST_PASSED_DB: Final = -15.0  # of a sound the canceller does not know; less, and it mutes whoever speaks
_LEAST_HEARD: Final = 0.1  # part of the recording that must be the known sound, to say that it was heard
_CLEARLY: Final = 0.5  # the same of a piece of it alone, which chance comes to more easily
_LEAST_LEVEL_DB: Final = -75.0
_BAND_HZ: Final = (300.0, 3400.0)
_SYLLABLES_HZ: Final = 4.0  # as in speech: steady noise would be taken for noise, and suppressed
_PROBE_RMS: Final = 0.05  # -26 dB of full scale: quieter than a voice
_WINDOW: Final = 4096  # 85 ms, longer than a small room answers loudly
_EARLY: Final = 240  # 5 ms: how much of the answer may come before its loudest part
_FRAME: Final = SAMPLE_RATE // 50
_PIECE: Final = 3 * SAMPLE_RATE // 10
Wide = npt.NDArray[np.float64]


class Echo(StrEnum):
    """What was found."""

    PROVED = "proved"
    NOT_HEARD = "not_heard"  # a headset, where nothing gets back; or the loudspeaker plays nothing
    NOT_CANCELLED = "not_cancelled"
    MUTED = "muted"  # what calls itself a canceller lets nobody's voice through
    NO_CANCELLER = "no_canceller"
    NO_DEVICE = "no_device"  # microphone or loudspeaker are not there, or could not be opened


@dataclass(frozen=True, slots=True)
class EchoFound:
    """The proof. `attenuation_db`: how much weaker the loudspeaker is behind the canceller, against everything else.

    `coupling_db` is how loud the microphone hears what was played; `passed_db` how much the canceller leaves of a
    sound that it does not know. None: not measured.
    """

    echo: Echo
    attenuation_db: float | None = None
    coupling_db: float | None = None
    passed_db: float | None = None

    @property
    def is_certain(self) -> bool:
        """Whether a machine that pauses meanwhile, and so tears what it plays, could not have made it up."""
        return self.echo in (Echo.PROVED, Echo.NO_CANCELLER)

    @property
    def needs_headset(self) -> bool:
        """Whether the family would hear itself: "Use the headset."."""
        return self.echo in (Echo.NOT_CANCELLED, Echo.MUTED, Echo.NO_CANCELLER)


@dataclass(frozen=True, slots=True)
class Heard:
    """One sound as both recordings have it: `raw` the microphone, `cancelled` what comes out of the canceller.

    Each begins with `quiet_samples` before anything is played.
    """

    raw: Samples
    cancelled: Samples
    quiet_samples: int

    def without(self, first_samples: int) -> "Heard":
        """The same, less the beginning of what came after the quiet: the canceller was still learning."""
        quiet, after = self.quiet_samples, self.quiet_samples + first_samples
        raw, cancelled = (np.concatenate([each[:quiet], each[after:]]) for each in (self.raw, self.cancelled))
        return Heard(raw, cancelled, quiet)


def probe(seconds: float, seed: int) -> Samples:
    """A known sound: quiet noise in the band of a voice, in syllables; another for each seed."""
    count = int(seconds * SAMPLE_RATE)
    noise = _in_band(np.random.default_rng(seed).standard_normal(count))
    at = np.arange(count) / SAMPLE_RATE
    spoken = noise * (0.55 - 0.45 * np.cos(2 * np.pi * _SYLLABLES_HZ * at))
    scaled: Samples = (spoken / np.sqrt(np.mean(spoken**2)) * _PROBE_RMS * FULL_SCALE).astype(np.int16)
    return scaled


def judge(known: Heard, known_probe: Samples, stranger: Heard, stranger_probe: Samples) -> EchoFound:
    """`known` was played through the canceller; `stranger` past it, as a voice in the room would come."""
    raw = _Level.of(known.raw, known_probe, known.quiet_samples)
    raw_stranger = _Level.of(stranger.raw, stranger_probe, stranger.quiet_samples)
    if not (raw.is_heard and raw_stranger.is_heard):
        return EchoFound(Echo.NOT_HEARD)
    coupling = raw.db - _db(_power(known_probe.astype(np.float64) / FULL_SCALE))
    passed = _Level.of(stranger.cancelled, stranger_probe, stranger.quiet_samples).db - raw_stranger.db
    left = _Level.of(known.cancelled, known_probe, known.quiet_samples).db - raw.db
    if passed < LEAST_PASSED_DB:
        return EchoFound(Echo.MUTED, None, coupling, passed)
    attenuation = min(MOST_DB, passed - left)  # against what passes: turning everything down cancels nothing
    return EchoFound(Echo.PROVED if attenuation >= ENOUGH_DB else Echo.NOT_CANCELLED, attenuation, coupling, passed)


def is_heard(raw: Samples, known_probe: Samples, quiet_samples: int) -> bool:
    """Whether the microphone hears what was played."""
    return _Level.of(raw, known_probe, quiet_samples).is_heard


@dataclass(frozen=True, slots=True)
class _Level:
    """How loud a known sound is in a recording, in decibels of full scale."""

    db: float
    is_heard: bool

    @classmethod
    def of(cls, recorded: Samples, known: Samples, quiet_samples: int) -> "_Level":
        """The larger of two measures, so that what is left is never called less than it is.

        What follows the known sound linearly: sum of |Sxy|^2 / Sxx by Welch's method, freed of its bias (Bendat and
        Piersol, Random Data, on coherent output power). And what is louder while it plays than before.
        """
        wide = _in_band(recorded.astype(np.float64) / FULL_SCALE)
        x = known.astype(np.float64) / FULL_SCALE
        if wide.size < x.size + quiet_samples or not np.any(wide):
            return cls(-120.0, is_heard=False)
        quiet, rest = wide[:quiet_samples], wide[quiet_samples:]
        at = max(0, _lag(rest, x) - _EARLY)
        y = rest[at : at + x.size]
        coherent = _coherent_power(x[: y.size], y)
        louder = max(0.0, _usual_power(y) - _usual_power(quiet))
        level = _db(max(coherent, louder * _power(x) / _usual_power(x)))
        is_like_it = coherent > _LEAST_HEARD * _power(y) or _has_a_piece(rest, x)
        return cls(level, is_heard=is_like_it and level > _LEAST_LEVEL_DB)


def _has_a_piece(recorded: Wide, known: Wide) -> bool:
    """Whether 300 ms of the known sound are there whole: a machine that pauses tears the rest apart."""
    for at in range(0, known.size - _PIECE + 1, _PIECE // 2):
        piece = known[at : at + _PIECE]
        lag = max(0, _lag(recorded, piece) - _EARLY)
        heard = recorded[lag : lag + _PIECE]
        if _coherent_power(piece[: heard.size], heard) > _CLEARLY * _power(heard):
            return True
    return False


def _lag(recorded: Wide, known: Wide) -> int:
    size = 1 << (recorded.size + known.size).bit_length()
    product = np.fft.rfft(recorded, size) * np.conj(np.fft.rfft(known, size))
    likeness = np.abs(np.fft.irfft(product, size)[: max(1, recorded.size - known.size + 1)])
    return int(np.argmax(likeness))


def _coherent_power(x: Wide, y: Wide) -> float:
    xs, ys = _spectra(x), _spectra(y)
    count = xs.shape[0] * 0.6  # windows overlap by half: so many are independent
    sxy, sxx = (np.conj(xs) * ys).mean(axis=0), (np.abs(xs) ** 2).mean(axis=0)
    syy = (np.abs(ys) ** 2).mean(axis=0)
    band = _band(_WINDOW)
    biased = float((np.abs(sxy[band]) ** 2 / np.maximum(sxx[band], 1e-30)).sum())
    total = float(syy[band].sum())
    share = max(0.0, (count * biased - total) / (count - 1)) / max(total, 1e-30)
    return float(share * _power(y))


def _spectra(wide: Wide) -> npt.NDArray[np.complex128]:
    starts = range(0, max(1, wide.size - _WINDOW + 1), _WINDOW // 2)
    window = np.hanning(_WINDOW)
    return np.array([np.fft.rfft(wide[at : at + _WINDOW] * window, _WINDOW) for at in starts if wide.size >= _WINDOW])


@lru_cache(maxsize=4)
def _band(window: int) -> npt.NDArray[np.bool_]:
    hertz = np.fft.rfftfreq(window, 1 / SAMPLE_RATE)
    inside: npt.NDArray[np.bool_] = (hertz >= _BAND_HZ[0]) & (hertz <= _BAND_HZ[1])
    return inside


def _in_band(wide: Wide) -> Wide:
    spectrum = np.fft.rfft(wide)
    hertz = np.fft.rfftfreq(wide.size, 1 / SAMPLE_RATE)
    spectrum[(hertz < _BAND_HZ[0]) | (hertz > _BAND_HZ[1])] = 0
    return np.fft.irfft(spectrum, wide.size)


def _usual_power(wide: Wide) -> float:
    """Of the middle frame of 20 ms by loudness: a door that slams meanwhile changes nothing."""
    frames = wide[: wide.size // _FRAME * _FRAME].reshape(-1, _FRAME)
    return float(np.median((frames**2).mean(axis=1))) if frames.size else 0.0


def _power(wide: Wide) -> float:
    return float(np.mean(wide**2)) if wide.size else 0.0


def _db(power: float) -> float:
    return 10.0 * float(np.log10(max(power, 1e-12)))
