"""Thinning, waiting, telling losses apart, counting arrivals, shrinking: one rule each."""

from fractions import Fraction

import numpy as np
import pytest
from av import VideoFrame
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.arrived_bits import Arrivals
from kiosk.media.patience import LONGEST_S, Patience
from kiosk.media.shrink import Shrink
from kiosk.media.thinning import Thinning


@pytest.mark.parametrize(
    ("per_second", "least", "most"), [(30, 298, 300), (20, 196, 202), (15, 148, 152), (10, 98, 102)]
)
def test_of_thirty_pictures_a_second_as_many_pass_as_are_wanted(per_second: int, least: int, most: int) -> None:
    thinning = Thinning()
    jitter = np.random.default_rng(1).uniform(-0.004, 0.004, 300)
    assert least <= sum(thinning.passes(n / 30 + jitter[n], per_second) for n in range(300)) <= most


@given(st.lists(st.floats(0.001, 3.0), min_size=2, max_size=60), st.sampled_from([10, 15, 20, 30]))
def test_pictures_that_pass_are_never_much_closer_than_wanted(waits: list[float], per_second: int) -> None:
    thinning, now, passed = Thinning(), 100.0, 0
    for wait in waits:
        now += wait
        passed += thinning.passes(now, per_second)
    assert passed <= (now - 100.0) * per_second + 2


def test_what_fails_soon_is_tried_later_each_time_and_what_holds_is_forgiven() -> None:
    patience = Patience(5.0)
    waits = []
    now = 0.0
    for _ in range(6):
        patience.tried(now)
        patience.failed(now + 1)
        waits.append(patience.wait_s)
        now += 100
    assert waits == [10.0, 20.0, 40.0, LONGEST_S, LONGEST_S, LONGEST_S]
    patience.tried(now)
    patience.failed(now + 60)
    assert patience.wait_s == 5.0


def test_a_try_that_falls_several_steps_fails_once() -> None:
    patience = Patience(2.0)
    patience.tried(0.0)
    for now in (1.0, 1.5, 2.0, 2.5):
        patience.failed(now)
    assert patience.wait_s == 4.0
    assert not patience.is_over(6.0)
    assert patience.is_over(6.5)


def test_arrivals_are_counted_over_a_wrap_of_the_sequence() -> None:
    arrivals = Arrivals()
    arrivals.sent(10_000, 10)
    assert arrivals.bps(65_500, 0.0, 1.0) is None
    assert arrivals.bps(65_536 + 64, 0.0, 2.0) == pytest.approx(800_000)
    assert arrivals.bps(65_536 + 164, 0.5, 3.0) == pytest.approx(400_000)
    assert arrivals.bps(65_536 + 165, 0.0, 3.1) is None


@pytest.mark.parametrize(
    ("size", "box", "becomes"),
    [
        ((1280, 720), (640, 360), (640, 360)),
        ((640, 480), (640, 360), (480, 360)),
        ((640, 480), (1280, 720), (640, 480)),
        ((720, 1280), (480, 270), (150, 270)),
    ],
)
def test_a_picture_keeps_its_shape_and_its_time(
    size: tuple[int, int], box: tuple[int, int], becomes: tuple[int, int]
) -> None:
    frame = VideoFrame(*size, "yuv420p")
    frame.pts, frame.time_base = 4711, Fraction(1, 90_000)
    small = Shrink().to(frame, *box)
    assert (small.width, small.height) == becomes
    assert (small.pts, small.time_base) == (4711, Fraction(1, 90_000))


def test_a_picture_that_is_small_enough_is_not_touched() -> None:
    frame = VideoFrame(640, 360, "yuv420p")
    assert Shrink().to(frame, 1280, 720) is frame
