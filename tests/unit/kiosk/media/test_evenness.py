"""Pictures that come unevenly are shown evenly; those that come evenly are not delayed."""

import random
from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as some

from kiosk.media.evenness import MOST_S, Evenness

FPS = 30


def shown(ways_s: Iterable[float]) -> list[tuple[float, float]]:
    """When each picture came and when it was due: its way as given, and none before the one in front of it."""
    evenness, came, found = Evenness(), 0.0, []
    for number, way in enumerate(ways_s):
        came = max(came, number / FPS + way)
        found.append((came, evenness.due_s(number / FPS, came)))
    return found


def held_up(chance: random.Random, share: float, by_s: float) -> list[float]:
    return [0.02 + (by_s if chance.random() < share else 0.0) for _ in range(600)]


def test_on_an_even_line_each_is_due_when_it_comes() -> None:
    assert all(due == came for came, due in shown([0.02] * 300))


def test_a_little_unevenness_is_left_alone() -> None:
    chance = random.Random(1)
    assert all(due == came for came, due in shown([0.02 + chance.random() * 0.01 for _ in range(300)]))


def test_where_packets_are_sent_again_pictures_go_on_evenly_and_are_no_more_than_that_late() -> None:
    pictures = shown(held_up(random.Random(1), 0.2, 0.07))[150:]
    paces = [later - earlier for (_, earlier), (_, later) in pairwise(pictures)]
    at_once = [later - earlier for (earlier, _), (later, _) in pairwise(pictures)]
    assert sum(pace < 0.01 for pace in at_once) > 100  # as they came
    assert sum(pace < 0.01 for pace in paces) < 10
    assert max(due - came for came, due in pictures) < 0.08


def test_one_long_hold_up_delays_nothing_afterwards() -> None:
    ways = [0.02] * 150 + [0.6] + [0.02] * 300
    assert all(due == came for came, due in shown(ways)[170:])


def test_a_first_picture_that_is_late_delays_no_other() -> None:
    assert all(due == came for came, due in shown([0.2] + [0.02] * 100)[1:])


def test_what_was_held_up_together_counts_once_though_each_takes_a_while_to_decode() -> None:
    evenness, pictures = Evenness(), [(number / FPS, number / FPS + 0.02) for number in range(150)]
    pictures += [(5 + number / FPS, 5.6 + 0.008 * number) for number in range(18)]
    pictures += [(5.6 + number / FPS, 5.744 + number / FPS) for number in range(60)]
    assert all(evenness.due_s(*each) == each[1] for each in pictures)


def test_a_line_that_has_become_slower_is_followed_within_the_window() -> None:
    assert all(due == came for came, due in shown([0.02] * 200 + [0.3] * 200)[-20:])


@given(some.lists(some.tuples(some.floats(-1e9, 1e9), some.floats(0, 1.0)), max_size=400))
def test_whatever_the_far_side_says_no_picture_is_due_before_it_came_or_long_after(
    told: list[tuple[float, float]],
) -> None:
    evenness, now = Evenness(), 100.0
    for taken, pause in told:
        now += pause
        assert now <= evenness.due_s(taken, now) <= now + MOST_S
