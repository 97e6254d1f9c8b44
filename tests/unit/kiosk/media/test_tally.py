"""Counting and levels."""

import numpy as np
import pytest

from kiosk.media.tally import PictureTally, SoundTally


def test_pictures_are_counted_and_the_last_size_kept() -> None:
    tally = PictureTally()
    tally.add(1280, 720)
    tally.add(640, 360)
    assert (tally.frames, tally.width, tally.height) == (2, 640, 360)


def test_sound_has_a_length_and_a_level() -> None:
    tally = SoundTally()
    assert (tally.ms, tally.rms) == (0, 0.0)
    tally.add(np.full(480, 16_384, np.int16))
    assert tally.ms == 10
    assert tally.rms == pytest.approx(0.5)
    tally.add(np.zeros(480, np.int16))
    assert tally.ms == 20
    assert tally.rms == pytest.approx(0.5 / 2**0.5)


def test_the_loudest_sound_has_level_one() -> None:
    tally = SoundTally()
    tally.add(np.full(960, -32_768, np.int16))
    assert tally.rms == pytest.approx(1.0)
