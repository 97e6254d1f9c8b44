"""Key frames on request: at once, once, and not without end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.key_requests import BURST, EVERY_S, SHORTEST_S, KeyRequests


def test_a_request_is_answered_with_the_next_picture_and_once() -> None:
    keys = KeyRequests()
    keys.ask(50.0, 1.0)
    assert [keys.take(1.0 + n / 30) for n in range(3)] == [True, False, False]


def test_without_a_request_there_is_none() -> None:
    assert not KeyRequests().take(1.0)


def test_a_burst_within_one_round_trip_gives_one() -> None:
    keys = KeyRequests()
    taken = 0
    for n in range(20):
        keys.ask(700.0, 1.0 + n / 30)
        taken += keys.take(1.0 + n / 30)
    assert taken == 1


def test_one_that_was_lost_is_sent_again_when_asked_after_a_round_trip() -> None:
    keys = KeyRequests()
    keys.ask(100.0, 1.0)
    assert keys.take(1.0)
    keys.ask(100.0, 1.0 + SHORTEST_S)
    assert keys.take(1.0 + SHORTEST_S)


def test_one_that_went_out_unasked_answers_too() -> None:
    keys = KeyRequests()
    keys.ask(100.0, 1.0)
    keys.was_sent(1.0)
    assert not keys.take(1.0)
    keys.ask(100.0, 1.1)
    assert not keys.take(1.1)


@pytest.mark.slow
@given(st.lists(st.floats(0, 0.2), min_size=50, max_size=300))
def test_endless_requests_give_a_bounded_number(waits: list[float]) -> None:
    keys = KeyRequests()
    now = taken = 0.0
    for wait in waits:
        now += wait
        keys.ask(10.0, now)
        taken += keys.take(now)
    assert 1 <= taken <= BURST + now / EVERY_S + 1


def test_the_last_of_endless_requests_is_answered_in_the_end() -> None:
    keys = KeyRequests()
    for n in range(100):
        keys.ask(10.0, n / 30)
        keys.take(n / 30)
    keys.ask(10.0, 100 / 30)
    assert any(keys.take(100 / 30 + n / 30) for n in range(int(30 * EVERY_S) + 1))
