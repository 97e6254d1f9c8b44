"""Decibels become the few steps of a meter, which do not flicker."""

import pytest

from kiosk.hearing import STEPS, Hearing, step_of


@pytest.mark.parametrize(
    ("dbfs", "step"), [(-90, 0), (-60, 0), (-55, 0), (-54, 1), (-30, 5), (-18.1, 6), (-12, STEPS), (0, STEPS)]
)
def test_each_six_decibels_are_a_step(dbfs: float, step: int) -> None:
    assert step_of(dbfs) == step


def test_louder_shows_at_once_and_a_little_quieter_takes_no_step_back() -> None:
    assert step_of(-42, before=2) == 3
    assert step_of(-42.1, before=3) == 3
    assert step_of(-43.4, before=3) == 3
    assert step_of(-43.6, before=3) == 2


def test_silence_after_a_shout_shows_nothing() -> None:
    assert step_of(-90, before=STEPS) == 0


def test_the_hum_of_a_room_is_no_voice() -> None:
    assert [Hearing(step).is_voice for step in (None, 0, 1, 2, STEPS)] == [False, False, False, True, True]
