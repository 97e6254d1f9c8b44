"""When the time line speaks up, and what is the time to say goodbye."""

import pytest

from kiosk.scenes import InCall
from kiosk.ui.scenes.time_line import is_goodbye, is_warning


def call(left_s: int, ending_in_s: int | None = None) -> InCall:
    return InCall(who="Mum", left_s=left_s, whole_s=1800, ending_in_s=ending_in_s)


def test_it_speaks_up_when_the_guard_says_so() -> None:
    assert is_warning(call(600).model_copy(update={"warning": True}))


@pytest.mark.parametrize("left_s", [60, 45, 1])
def test_it_speaks_up_in_the_last_minute(left_s: int) -> None:
    assert is_warning(call(left_s))


@pytest.mark.parametrize("left_s", [1800, 600, 300, 120, 61])
def test_it_is_quiet_otherwise(left_s: int) -> None:
    assert not is_warning(call(left_s))


def test_the_last_half_minute_is_for_goodbye() -> None:
    assert is_goodbye(call(30))
    assert not is_goodbye(call(31))


def test_an_officer_ending_the_call_is_a_warning_and_then_a_goodbye() -> None:
    assert is_warning(call(900, ending_in_s=60))
    assert not is_goodbye(call(900, ending_in_s=60))
    assert is_goodbye(call(900, ending_in_s=30))
