"""Sound is made shorter and longer by whole periods: no click, no other pitch, and never where nothing is alike."""

import numpy as np
import pytest

from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.stretching import NEEDED, joined, lengthened, period_of, shortened
from kiosk.media.tally import Samples
from tests.fakes.voice import spoken

RNG = np.random.default_rng(3)


def tone(hz: float, samples: int, level: int = 8_000) -> Samples:
    return (level * np.sin(2 * np.pi * hz * np.arange(samples) / SAMPLE_RATE)).astype(np.int16)


def roughest(sound: Samples) -> int:
    return int(np.abs(np.diff(sound.astype(int))).max())


@pytest.mark.parametrize("hz", [85, 120, 220, 390, 1000])
def test_a_period_is_whole_turns_of_the_pitch(hz: int) -> None:
    period = period_of(tone(hz, NEEDED))
    turns = period.samples * hz / SAMPLE_RATE
    assert period.likeness > 0.95
    assert abs(turns - round(turns)) < 0.05
    assert SAMPLE_RATE / 400 - 12 <= period.samples <= SAMPLE_RATE / 80 + 12


def test_silence_has_a_period_and_noise_has_none() -> None:
    assert period_of(np.zeros(NEEDED, np.int16)).likeness == 1
    assert period_of(RNG.normal(0, 5_000, NEEDED).astype(np.int16)).likeness < 0.4


@pytest.mark.parametrize("hz", [120, 390])
def test_neither_shortening_nor_lengthening_makes_a_click(hz: int) -> None:
    past, sound = np.split(tone(hz, 4 * NEEDED), 2)
    period = period_of(sound).samples
    shorter = np.concatenate([past, shortened(sound, period)])
    longer = np.concatenate([past, lengthened(past, sound, period_of(past[-NEEDED:]).samples)])
    assert shorter.size == 4 * NEEDED - period
    assert longer.size > 4 * NEEDED
    assert max(roughest(shorter), roughest(longer)) < 1.3 * roughest(past)


def test_a_voice_stays_a_voice() -> None:
    said = spoken(10)
    period = period_of(said[:NEEDED])
    assert roughest(shortened(said, period.samples)) < 1.5 * roughest(said)


def test_a_jump_dies_away_instead_of_clicking() -> None:
    sound = np.zeros(1_000, np.int16)
    smooth = joined(20_000, sound, 240)
    assert smooth[0] == 20_000
    assert roughest(smooth) < 100
    assert not smooth[240:].any()
    assert joined(5, sound[:0], 240).size == 0
