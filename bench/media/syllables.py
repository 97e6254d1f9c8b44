"""The source sound: short tones in a seeded order, and how a recording tells which were heard, and how late.

Sixteen pitches within the telephone's band, one every 50 ms: what is heard at any moment says where in the clip it is.
A tone that was concealed well is heard; one that was lost, repeated or muted is not. One that comes a moment later than
the one before it would have it come is heard: a listener does not measure a pause.
"""

import random
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

RATE: Final = 48_000
SYMBOL_S: Final = 0.05
SYMBOLS: Final = 100
LOOP_S: Final = SYMBOLS * SYMBOL_S
PITCHES: Final = tuple(float(hertz) for hertz in range(400, 3600, 200))
HOP_S: Final = 0.005
_SPAN: Final = round(0.03 * RATE)  # samples looked at for one hop
_LEVEL: Final = 0.3
_EDGE_S: Final = 0.006
_AUDIBLE: Final = 0.1  # of the usual energy
_MOST_SHIFT: Final = 60  # hops to either side of where the whole stretch is
_SHIFT_COSTS: Final = 6  # hops: more than one tone is long in the clear, so that no chance likeness is followed
Samples = npt.NDArray[np.int16]
Energies = npt.NDArray[np.float64]  # hops x pitches


def sequence(seed: int) -> tuple[int, ...]:
    """Which pitch each syllable has; never the same twice in a row."""
    chance = random.Random(f"syllables {seed}")
    found = [chance.randrange(len(PITCHES))]
    while len(found) < SYMBOLS:
        following = chance.randrange(len(PITCHES))
        if following != found[-1] and not (len(found) == SYMBOLS - 1 and following == found[0]):
            found.append(following)
    return tuple(found)


def sound(symbols: tuple[int, ...]) -> Samples:
    """One round of the clip."""
    at = np.arange(round(SYMBOL_S * RATE)) / RATE
    edge = np.clip(np.minimum(at, SYMBOL_S - at) / _EDGE_S, 0, 1)
    envelope = np.sin(np.pi / 2 * edge) ** 2
    tones = [envelope * np.sin(2 * np.pi * PITCHES[symbol] * at) for symbol in symbols]
    samples: Samples = (32767 * _LEVEL * np.concatenate(tones)).astype("<i2")
    return samples


def write(path: Path, symbols: tuple[int, ...]) -> Path:
    """The clip as a .wav."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound(symbols).tobytes())
    return path


def energies(samples: npt.NDArray[np.generic]) -> Energies:
    """The energy at every pitch, every HOP_S; hop k looks at the 30 ms that begin at k * HOP_S."""
    step = round(HOP_S * RATE)
    wide = samples.astype(np.float32)
    if wide.size < _SPAN:
        return np.zeros((0, len(PITCHES)))
    windows = np.lib.stride_tricks.sliding_window_view(wide, _SPAN)[::step]
    at = np.arange(_SPAN) / RATE
    waves = np.hanning(_SPAN)[:, None] * np.exp(-2j * np.pi * at[:, None] * np.array(PITCHES)[None, :])
    found: Energies = np.abs(windows @ waves.real) ** 2 + np.abs(windows @ waves.imag) ** 2
    return found


@dataclass(frozen=True)
class Heard:
    """What a stretch of recording held: where in the clip it began, how sure that is, and the share heard right."""

    position_s: float
    sureness: float
    share: float


def where(found: Energies, symbols: tuple[int, ...]) -> Heard | None:
    """Where in the clip these hops began; None for silence."""
    loudest = found.max(axis=1, initial=0)
    usual = float(np.percentile(loudest, 90)) if loudest.size else 0.0
    if usual < 1.0:
        return None
    clear = found / np.maximum(found.sum(axis=1, keepdims=True), 1e-9) * (loudest > _AUDIBLE * usual)[:, None]
    scores = _scores(clear, symbols)
    best = int(scores.argmax())
    pitches = np.where(loudest > _AUDIBLE * usual, found.argmax(axis=1), -1)
    return Heard(_peak(scores, best) * HOP_S % LOOP_S, float(scores[best]), _share(pitches, symbols, best))


def _share(pitches: npt.NDArray[np.int64], symbols: tuple[int, ...], start: int) -> float:
    """Of the clip's ticks that are due in a stretch of this length, how many were heard in it, each once.

    `pitches` is what was loudest at each hop, -1 for nothing. The way through the clip that explains most hops is
    followed, with a cost for each jump in it (dynamic programming, as of Viterbi, 1967).
    """
    hops = len(pitches)
    shifts = np.arange(-_MOST_SHIFT, _MOST_SHIFT + 1)
    expected, whole = _expected(symbols, start - _MOST_SHIFT, hops + 2 * _MOST_SHIFT)
    ticks = np.arange(hops)[:, None] + np.arange(len(shifts))[None, :]
    right = (pitches[:, None] == expected[ticks]) & whole[ticks]
    best, came_from = np.zeros(len(shifts)), np.zeros((hops, len(shifts)), np.int64)
    for hop in range(hops):
        top = int(best.argmax())
        jumps = best[top] - _SHIFT_COSTS > best
        came_from[hop] = np.where(jumps, top, np.arange(len(shifts)))
        best = np.where(jumps, best[top] - _SHIFT_COSTS, best) + right[hop]
    heard, at = set[int](), int(best.argmax())
    for hop in range(hops - 1, -1, -1):
        if right[hop, at]:
            heard.add(int(ticks[hop, at]))
        at = int(came_from[hop, at])
    due = int(whole[_MOST_SHIFT : _MOST_SHIFT + hops].sum())
    return min(1.0, len(heard) / due) if due else 0.0


def _expected(symbols: tuple[int, ...], start: int, hops: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The pitch at each hop's middle, and which hops lie within one syllable."""
    each = round(SYMBOL_S / HOP_S)
    ticks = start + np.arange(hops)
    index = (ticks + 3) // each % SYMBOLS
    inside = (ticks % each) <= each - round(_SPAN / RATE / HOP_S)
    return np.array(symbols)[index], inside


def _scores(clear: Energies, symbols: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """For every place of the clip at which these hops may have begun, how much of what is heard is what was said there.

    A circular correlation, by Fourier's transform: hops are laid on one round of the clip.
    """
    ticks = round(LOOP_S / HOP_S)
    expected, whole = _expected(symbols, 0, ticks)
    said = np.zeros((ticks, len(PITCHES)))
    said[np.arange(ticks), expected] = whole
    laid, hops = np.zeros((ticks, len(PITCHES))), np.zeros(ticks)
    np.add.at(laid, np.arange(len(clear)) % ticks, clear)
    np.add.at(hops, np.arange(len(clear)) % ticks, 1)
    found = np.fft.irfft((np.fft.rfft(said, axis=0) * np.conj(np.fft.rfft(laid, axis=0))).sum(axis=1), ticks)
    counted = np.fft.irfft(np.fft.rfft(whole.astype(float)) * np.conj(np.fft.rfft(hops)), ticks)
    scores: npt.NDArray[np.float64] = found / np.maximum(np.round(counted), 1)
    return scores


def _peak(scores: npt.NDArray[np.float64], best: int) -> float:
    """Between the hops, by the parabola through the best and its neighbours."""
    before, here, after = scores[best - 1], scores[best], scores[(best + 1) % len(scores)]
    bend = before - 2 * here + after
    return best if bend == 0 else best + float(0.5 * (before - after) / bend)
