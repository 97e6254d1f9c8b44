"""What an echo's weakening is called, and when it is not called anything."""

import numpy as np
import pytest

from bench.media.echo import decibels, level, product_canceller
from kiosk.media.pulse_words import CANCELLER


def test_a_tenth_is_twenty_decibels() -> None:
    assert decibels(500, 50) == pytest.approx(20)


def test_without_an_echo_there_is_nothing_to_weaken() -> None:
    assert decibels(0.5, 0.1) is None


def test_silence_counts_as_the_least_that_can_be_told_from_it() -> None:
    assert decibels(1000, 0.0) == pytest.approx(60)


def test_no_sound_at_all_has_no_level() -> None:
    assert level(np.zeros(0, np.int16)) == 0.0


def test_the_canceller_that_is_measured_has_the_laptops_own_arguments() -> None:
    assert CANCELLER in product_canceller()
