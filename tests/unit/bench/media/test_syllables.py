"""The marked sound: where a recording is in it, how late it is, and how much of it was heard."""

import numpy as np
import pytest

from bench.media import syllables
from bench.media.syllables import LOOP_S, RATE, SYMBOLS, energies, where

SYMBOLS_OF_1 = syllables.sequence(1)
ROUND = np.concatenate([syllables.sound(SYMBOLS_OF_1)] * 2)


def heard_from(at_s: float, seconds: float = 1.0) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    first = round(at_s * RATE)
    return ROUND[first : first + round(seconds * RATE)].copy()


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    assert syllables.sequence(1) == SYMBOLS_OF_1 != syllables.sequence(2)


def test_no_two_syllables_in_a_row_are_the_same_also_not_from_end_to_start() -> None:
    assert all(SYMBOLS_OF_1[index] != SYMBOLS_OF_1[index - 1] for index in range(SYMBOLS))


@pytest.mark.parametrize("at_s", [0.0, 0.263, 1.777, 4.2, 4.9])
def test_a_second_of_it_says_where_it_began_to_two_milliseconds(at_s: float) -> None:
    found = where(energies(heard_from(at_s)), SYMBOLS_OF_1)
    assert found is not None
    assert abs((found.position_s - at_s + 1) % LOOP_S - 1) < 0.002
    assert found.share == 1.0


def test_a_quiet_noisy_copy_is_heard_as_well() -> None:
    noise = np.random.default_rng(1).normal(0, 60, RATE)
    found = where(energies(0.05 * heard_from(2.0) + noise), SYMBOLS_OF_1)
    assert found is not None
    assert found.position_s == pytest.approx(2.0, abs=0.003)
    assert found.share > 0.97


def test_what_is_muted_is_not_heard() -> None:
    part = heard_from(1.0)
    part[: RATE // 4] = 0
    found = where(energies(part), SYMBOLS_OF_1)
    assert found is not None
    assert found.share == pytest.approx(0.75, abs=0.05)


def test_what_is_repeated_in_the_place_of_something_else_is_not_heard() -> None:
    part = heard_from(1.0)
    part[RATE // 2 : RATE // 2 + RATE // 5] = part[RATE // 2 - RATE // 5 : RATE // 2]
    found = where(energies(part), SYMBOLS_OF_1)
    assert found is not None
    assert found.share < 0.87


def test_a_pause_takes_from_what_is_heard_no_more_than_it_is_long() -> None:
    part = heard_from(1.0)
    later = np.concatenate([part[: RATE // 2], np.zeros(RATE // 10, np.int16), part[RATE // 2 :]])[:RATE]
    found = where(energies(later), SYMBOLS_OF_1)
    assert found is not None
    assert found.share == pytest.approx(0.9, abs=0.03)


def test_another_clip_is_not_heard() -> None:
    other = syllables.sound(syllables.sequence(2))[:RATE]
    found = where(energies(other), SYMBOLS_OF_1)
    assert found is None or found.share < 0.35


def test_silence_is_nowhere() -> None:
    assert where(energies(np.zeros(RATE, np.int16)), SYMBOLS_OF_1) is None


def test_too_short_a_recording_is_nowhere() -> None:
    assert where(energies(np.zeros(10, np.int16)), SYMBOLS_OF_1) is None
