"""The delay after wrong PINs."""

from datetime import timedelta

import pytest

from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.tries import (
    Tries,
    after_failure,
    after_restart,
    after_success,
    delay_ms,
    failures_of_longest_delay,
    spoken,
    wait_ms,
)

NUMBERS = Numbers()
START_MS = 1_000_000


def failed(tries: Tries, *numbers: str | None, now_ms: int = START_MS) -> Tries:
    for number in numbers:
        tries = after_failure(tries, number, now_ms, NUMBERS)
    return tries


def test_the_delay_doubles_from_five_seconds_to_a_quarter_of_an_hour() -> None:
    delays = [delay_ms(failures, NUMBERS) // 1000 for failures in range(12)]
    assert delays == [0, 5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]
    assert delay_ms(1_000_000_000, NUMBERS) == 900_000
    assert failures_of_longest_delay(NUMBERS) == 9


def test_forgiving_is_no_faster_than_the_longest_delay() -> None:
    assert NUMBERS.pin_forgiven_every >= NUMBERS.pin_longest_delay >= NUMBERS.pin_first_delay > timedelta()


def test_who_has_not_failed_does_not_wait() -> None:
    assert wait_ms(Tries(), "A1", START_MS) == 0


def test_a_failure_delays_everybody_since_it_counts_against_the_laptop() -> None:
    tries = failed(Tries(), "A1")
    assert [wait_ms(tries, number, START_MS) for number in ("A1", "B2", None)] == [5_000] * 3
    assert wait_ms(tries, "A1", START_MS + 5_000) == 0


def test_guesses_at_many_numbers_add_up_on_the_laptop() -> None:
    tries = failed(Tries(), "A1", "B2", None, "C3")
    assert wait_ms(tries, "D4", START_MS) == 40_000


def test_a_success_takes_back_the_officers_own_failures() -> None:
    tries = after_success(failed(Tries(), "A1", "A1", "A1"), "A1", START_MS + 20_000, NUMBERS)
    assert (tries.laptop.failures, dict(tries.officers)) == (0, {})
    assert wait_ms(failed(tries, "A1", now_ms=START_MS + 20_000), "A1", START_MS + 20_000) == 5_000


def test_a_success_takes_back_nobody_elses_failures() -> None:
    tries = after_success(failed(Tries(), "B2", "B2", None, "A1"), "A1", START_MS + 40_000, NUMBERS)
    assert (tries.laptop.failures, tries.officers["B2"].failures) == (3, 2)
    assert wait_ms(failed(tries, "B2", now_ms=START_MS + 40_000), "B2", START_MS + 40_000) == 40_000


def test_after_a_success_the_next_try_may_be_made_at_once() -> None:
    tries = failed(failed(Tries(), "B2"), "A1", now_ms=START_MS + 5_000)
    tries = after_success(tries, "A1", START_MS + 5_400, NUMBERS)
    assert wait_ms(tries, "B2", START_MS + 5_400) == 0


def test_one_failure_a_quarter_of_an_hour_is_forgiven() -> None:
    tries = failed(Tries(), "A1", "A1", None)
    later = START_MS + 2 * ms(NUMBERS.pin_forgiven_every)
    assert failed(tries, None, now_ms=later - 1).laptop.failures == 3
    again = failed(tries, None, now_ms=later)
    assert (again.laptop.failures, dict(again.officers)) == (2, {})


def test_a_quiet_laptop_saves_up_no_forgiveness() -> None:
    tries = failed(Tries(), None, now_ms=START_MS + 10 * ms(NUMBERS.pin_forgiven_every))
    soon = START_MS + 11 * ms(NUMBERS.pin_forgiven_every) - 1
    assert failed(tries, None, now_ms=soon).laptop.failures == 2


def test_forgiving_does_not_shorten_a_delay_that_was_given() -> None:
    tries = failed(Tries(), *[None] * 9)
    moment = START_MS + ms(NUMBERS.pin_forgiven_every)
    tries = failed(tries, None, now_ms=moment - 1)
    assert wait_ms(after_success(tries, "A1", moment, NUMBERS), None, moment) == 0  # its own try was let through
    assert wait_ms(failed(tries, None, now_ms=moment), None, moment) == 900_000


def test_after_a_restart_every_delay_is_there_in_full() -> None:
    tries = after_restart(4, {"A1": 3}, 7, NUMBERS)
    assert wait_ms(tries, "A1", 7) == wait_ms(tries, None, 7) == 40_000
    assert tries.officers["A1"].next_try_ms == 20_007


def test_a_laptops_count_is_never_taken_for_less_than_its_officers() -> None:
    assert after_restart(0, {"A1": 3, "B2": 2}, 7, NUMBERS).laptop.failures == 5


def test_numbers_nobody_has_fill_no_memory() -> None:
    assert dict(failed(Tries(), *[None] * 1000).officers) == {}


@pytest.mark.parametrize(
    ("wait", "words"),
    [(1, "1 second"), (4_600, "5 seconds"), (40_000, "40 seconds"), (120_000, "2 minutes"), (900_000, "15 minutes")],
)
def test_a_wait_is_said_as_people_say_it_and_never_too_short(wait: int, words: str) -> None:
    assert spoken(wait) == words
