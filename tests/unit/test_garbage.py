"""Memory that only circles hold: collected as seldom as was said, and then all of it."""

import gc
import weakref
from datetime import timedelta

import pytest

from tests.fakes.visits import FakeServiceClock
from visits.api.garbage import ALL_EVERY_S, Garbage


class Circle:
    """Held by itself alone."""

    def __init__(self) -> None:
        self.itself = self


def an_old_circle() -> weakref.ref[Circle]:
    circle = Circle()
    gc.collect()  # it has outlived two looks, and no look at the young finds it
    gc.collect()
    return weakref.ref(circle)


@pytest.mark.slow
def test_all_of_it_is_collected_once_in_ten_minutes() -> None:
    clock = FakeServiceClock()
    garbage = Garbage(clock)
    circle = an_old_circle()
    clock.advance(timedelta(seconds=ALL_EVERY_S - 1))
    garbage.look()
    assert circle() is not None
    clock.advance(timedelta(seconds=1))
    garbage.look()
    assert circle() is None
