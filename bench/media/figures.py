"""Makes figures of what one call has shown; None where a figure cannot be had. Arithmetic only."""

import base64
import itertools
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from bench.media import syllables, timecode
from bench.media.clip import FPS, FRAMES, Clip, Plane
from bench.media.ears import RATE
from bench.media.ssim import ssim
from bench.media.taken import Seen, Side, Taken

LOOP_S: Final = FRAMES / FPS
SLACK_S: Final = 0.5
COUNT_SLACK_S: Final = 0.6  # the far end counts every half second
STRETCH_S: Final = 1.0  # of sound that is compared at a time
Samples = npt.NDArray[np.int16]


@dataclass(frozen=True)
class OneWay:
    """One direction: what `mouth` sent and what was seen and heard at `ear`."""

    mouth: Side
    ear: Side
    taken: Taken
    symbols: tuple[int, ...]

    @property
    def seen(self) -> Seen:
        """Each new picture in the stretch that is measured."""
        return [(at, n) for at, n in self.ear.seen if self.taken.began_at <= at <= self.taken.ended_at]

    @property
    def painted_fps(self) -> float | None:
        """Pictures painted each second."""
        seconds = self.taken.ended_at - self.taken.began_at
        return len(self.seen) / seconds if seconds > 0 else None

    @property
    def freeze_s(self) -> float | None:
        """The longest time without a new picture."""
        if self.taken.ended_at <= self.taken.began_at:
            return None
        times = [self.taken.began_at, *(at for at, _ in self.seen), self.taken.ended_at]
        return max(b - a for a, b in itertools.pairwise(times))

    @property
    def delays_s(self) -> list[float]:
        """From each picture's capture to its paint."""
        anchors = own_frames(self.mouth)
        return [delay for at, n in self.seen if (delay := _delay(anchors, at, n)) is not None]

    @property
    def first_paint_s(self) -> float | None:
        """From the word to call to the first picture painted."""
        first = next((at for at, _ in self.ear.seen if at >= self.taken.called_at), None)
        return None if first is None else first - self.taken.called_at

    @property
    def full_size_s(self) -> float | None:
        """From the word to call until pictures arrive in full size, as the receiving page says."""
        full = (w["at"] for w in self.ear.of("size") if (w["width"], w["height"]) == (1280, 720))
        first = next(full, None)
        return None if first is None else first - self.taken.called_at

    @property
    def recovered_s(self) -> float | None:
        """From the mending of the network to the first picture painted that was taken after it."""
        mended = self.taken.mended_at
        if mended is None:
            return None
        anchors = own_frames(self.mouth)
        for at, n in self.ear.seen:
            delay = _delay(anchors, at, n) if at > mended else None
            if delay is not None and at - delay >= mended - 0.2:  # by an old key frame nothing newer is seen
                return at - mended
        return None

    def heard(self) -> list[tuple[float, float, float]]:
        """Each second of the stretch: how late it was heard (s), the share heard right, and when."""
        mouths = said_at(self.mouth, self.symbols)
        samples, began = self.ear.heard.samples(), self.ear.heard.began_at
        found = []
        at = self.taken.began_at
        while mouths and at + STRETCH_S <= self.taken.ended_at:
            mouth = _between(mouths, at)
            first = round((at - began) * RATE)
            part = samples[first : first + round(STRETCH_S * RATE)]
            heard = syllables.where(syllables.energies(part), self.symbols) if first >= 0 else None
            if heard is None:
                found.append((float("nan"), 0.0, at))
            else:
                found.append((since(at - mouth - heard.position_s, syllables.LOOP_S), heard.share, at))
            at += STRETCH_S
        return found


def own_frames(side: Side) -> list[tuple[float, int]]:
    """When which frame was taken, now and then."""
    found = []
    for word in side.of("own"):
        number = word["number"] if "number" in word else timecode.number_of(word["bits"])
        if number is not None:
            found.append((float(word["at"]), int(number)))
    return found


def _delay(anchors: Sequence[tuple[float, int]], at: float, number: int) -> float | None:
    """How long ago this frame was taken: by the nearest one that is known, 30 a second, in the newest round."""
    if not anchors:
        return None
    when, known = min(anchors, key=lambda anchor: abs(anchor[0] - at))
    return since(at - when - (number - known) / FPS, LOOP_S)


def since(seconds: float, loop_s: float) -> float:
    """How long ago, in the newest round of the clip; a little less than nothing is what a clock's error looks like."""
    return (seconds + SLACK_S) % loop_s - SLACK_S


def said_at(side: Side, symbols: tuple[int, ...]) -> list[tuple[float, float]]:
    """When somebody looked, and a moment at which the clip's sound had begun at this mouth by that look."""
    if voices := side.of("own-voice"):
        return [(float(voices[-1]["at"]), float(voices[-1]["at"]))]
    found = []
    for word in side.of("own-sound"):
        samples = np.frombuffer(base64.b64decode(word["pcm"]), np.int16)
        heard = syllables.where(syllables.energies(_at_our_rate(samples, word["rate"])), symbols)
        if heard is not None:
            found.append((float(word["at"]), float(word["at"]) - heard.position_s))
    return found


def _at_our_rate(samples: Samples, rate: float) -> npt.NDArray[np.float64]:
    ours = np.arange(round(samples.size * RATE / rate)) / RATE
    return np.interp(ours, np.arange(samples.size) / rate, samples)


def _between(mouths: Sequence[tuple[float, float]], at: float) -> float:
    """When the clip's sound had begun at this mouth, as of `at`: a browser's own clock runs off, and steadily so."""
    (first_at, first), (last_at, last) = mouths[0], mouths[-1]
    if last_at <= first_at:
        return first
    loop_s = syllables.LOOP_S
    gone_off = (last - first + loop_s / 2) % loop_s - loop_s / 2
    return first + gone_off * (at - first_at) / (last_at - first_at)


def likeness(taken: Taken, clip: Clip) -> float | None:
    """SSIM of what the far end shows against the clip, at the size painted: mean of the looks in the stretch."""
    if taken.far.samples is None:
        return None
    with np.load(taken.far.samples) as kept:
        looks = list(zip(kept["times"], kept["numbers"], kept["pictures"], strict=True))
    stretch = [(number, luma) for at, number, luma in looks if taken.began_at <= at <= taken.ended_at]
    found = [ssim(luma, _as_large(clip.luma(int(number)), luma)) for number, luma in stretch]
    return statistics.fmean(found) if found else None


def _as_large(source: Plane, painted: Plane) -> npt.NDArray[np.generic]:
    height, width = painted.shape
    return cv2.resize(source, (width, height), interpolation=cv2.INTER_AREA)


def cpu_percent(taken: Taken) -> float | None:
    """Of one core, over the stretch, of the whole tree."""
    if len(taken.weights) < 2:
        return None
    (began, before), (ended, after) = taken.weights[0], taken.weights[-1]
    return 100 * (after.cpu_s - before.cpu_s) / (ended - began)


def quantile(values: Sequence[float], share: float) -> float | None:
    """The value below which this share of them lies."""
    return float(np.quantile(values, share)) if len(values) else None


def concealed_percent(taken: Taken) -> float | None:
    """Of the samples that the far end's loudspeaker was given in the stretch, how many were made up, by its own count.

    Each connection counts from nothing; what one counted is never taken from what another did.
    """
    counts: dict[int, list[tuple[float, float]]] = {}
    for word in taken.far.of("counted"):
        if word.get("heard") and taken.began_at - COUNT_SLACK_S <= word["at"] <= taken.ended_at + COUNT_SLACK_S:
            counts.setdefault(word["connection"], []).append((float(word["concealed"]), float(word["heard"])))
    concealed, heard = (sum(each[-1][part] - each[0][part] for each in counts.values()) for part in (0, 1))
    return 100 * concealed / heard if heard else None
