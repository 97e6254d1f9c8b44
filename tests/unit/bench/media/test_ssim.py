"""The likeness of two pictures, against what its authors' formula gives where that can be worked out by hand."""

import numpy as np
import pytest

from bench.media.ssim import ssim

ROOM = np.random.default_rng(1).integers(16, 236, (90, 160), np.uint8)


def test_a_picture_is_like_itself() -> None:
    assert ssim(ROOM, ROOM) == pytest.approx(1.0)


def test_two_flat_pictures_differ_by_their_brightness_alone() -> None:
    one, other = (np.full((40, 40), level, np.uint8) for level in (100, 150))
    bright = (0.01 * 255) ** 2
    assert ssim(one, other) == pytest.approx((2 * 100 * 150 + bright) / (100**2 + 150**2 + bright), abs=1e-3)


def test_it_does_not_matter_which_comes_first() -> None:
    other = np.clip(ROOM + np.random.default_rng(2).normal(0, 20, ROOM.shape), 0, 255)
    assert ssim(ROOM, other) == pytest.approx(ssim(other, ROOM), abs=1e-6)


def test_the_more_noise_the_less_alike() -> None:
    noise = np.random.default_rng(3).normal(0, 1, ROOM.shape)
    found = [ssim(ROOM, ROOM + level * noise) for level in (0, 5, 20, 60)]
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.8


def test_pictures_of_different_sizes_are_refused() -> None:
    with pytest.raises(ValueError, match="cannot be compared"):
        ssim(ROOM, ROOM[:-2])
