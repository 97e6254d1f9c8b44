"""When a lost line is tried again: spread, bounded, and soon while a call is on."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.link.backoff import IDLE, IN_CALL, LEAST_S, MOST_ASKED_S, asked_for, pause_s

TRIES = st.integers(0, 10_000)
CHANCE = st.floats(0, 1)
ASKED = st.none() | st.floats(-1e9, 1e9)


@given(TRIES, CHANCE, ASKED)
def test_a_call_waits_seconds_whatever_the_service_asks(failed: int, chance: float, asked_s: float | None) -> None:
    assert LEAST_S <= pause_s(failed, in_call=True, chance=chance, asked_s=asked_s) <= IN_CALL.longest_s


@given(TRIES, CHANCE, ASKED)
def test_an_idle_laptop_never_waits_for_longer_than_two_minutes(
    failed: int, chance: float, asked_s: float | None
) -> None:
    assert LEAST_S <= pause_s(failed, in_call=False, chance=chance, asked_s=asked_s) <= MOST_ASKED_S


@given(TRIES, CHANCE)
def test_the_limit_never_shrinks_as_tries_fail(failed: int, chance: float) -> None:
    for in_call in (True, False):
        assert pause_s(failed, in_call=in_call, chance=chance) <= pause_s(failed + 1, in_call=in_call, chance=chance)


@given(TRIES, st.floats(LEAST_S, MOST_ASKED_S))
def test_an_idle_laptop_comes_back_when_it_was_asked_to(failed: int, asked_s: float) -> None:
    assert pause_s(failed, in_call=False, chance=0.5, asked_s=asked_s) == asked_s


def test_twelve_hundred_laptops_that_have_waited_long_come_back_spread_over_the_whole_limit() -> None:
    dice = random.Random(5)
    waits = [pause_s(9, in_call=False, chance=dice.random()) for _ in range(1200)]
    a_second = [sum(math.floor(wait) == second for wait in waits) for second in range(int(IDLE.longest_s))]
    assert min(a_second) > 0
    assert max(a_second) < 3 * 1200 / IDLE.longest_s


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("", None),
        (None, None),
        ("-1", None),
        ("1e9", None),
        ("9" * 7, None),
        ("soon", None),
        ("٣", None),
    ],
)
def test_a_busy_service_is_understood_or_left_alone(said: str | None, meant: float | None) -> None:
    assert asked_for(said) == meant
