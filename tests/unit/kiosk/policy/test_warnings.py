"""Warnings: at 10, 5, 2 and 1 minutes and in the last half one, each for a moment."""

from datetime import timedelta

import pytest

from kiosk.policy.numbers import Numbers
from kiosk.policy.warnings import is_warning, warned_by

NUMBERS = Numbers()


@pytest.mark.parametrize("left_s", [600, 300, 120, 60, 30])
def test_a_warning_falls_due_to_the_millisecond_and_stands_for_a_moment(left_s: int) -> None:
    assert not is_warning(left_s * 1000 + 1, NUMBERS)
    assert is_warning(left_s * 1000, NUMBERS)
    assert is_warning(left_s * 1000 - 5_999, NUMBERS)
    assert not is_warning(left_s * 1000 - 6_000, NUMBERS)


def test_the_warnings_that_have_fallen_due_are_in_order() -> None:
    assert warned_by(600_001, NUMBERS) == ()
    assert warned_by(90_000, NUMBERS) == (timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=2))
