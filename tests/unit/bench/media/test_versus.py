"""Ratios beside each other: by round, turned where less is better, and never holding where a round is missing."""

import pytest

from bench.media.slope import slope
from bench.media.versus import NO_WORSE, Versus
from bench.rows import Goal


def test_ratios_are_taken_within_each_round() -> None:
    assert Versus("cpu", "%", [30, 60], [60, 60]).ratios == [0.5, 1.0]


def test_where_less_is_better_the_ratio_is_turned() -> None:
    assert Versus("freeze", "s", [0.5], [1.0], turned=True).ratios == [2.0]


def test_what_is_below_the_least_counts_as_the_least() -> None:
    assert Versus("freeze", "s", [0.03], [0.04], turned=True, least=0.05).ratios == [1.0]


def test_the_median_must_meet_the_goal() -> None:
    goal = Goal(most=0.8)
    assert Versus("cpu", "%", [50, 70, 99], [100, 100, 100], goal).holds is True
    assert Versus("cpu", "%", [50, 90, 99], [100, 100, 100], goal).holds is False


@pytest.mark.parametrize(("ours", "theirs"), [([1.0, None], [1.0, 1.0]), ([1.0, 1.0], [1.0, None]), ([None], [None])])
def test_a_round_without_a_figure_holds_nothing(ours: list[float | None], theirs: list[float | None]) -> None:
    assert Versus("fps", "", ours, theirs, NO_WORSE).holds is False


def test_without_a_goal_nothing_is_held_or_missed() -> None:
    assert Versus("cpu", "%", [1.0], [2.0]).holds is None


def test_without_a_peer_the_goal_is_for_our_own_figures() -> None:
    assert Versus("720p", "s", [4.0], goal=Goal(most=5)).holds is True


def test_a_ratio_by_nothing_is_none() -> None:
    assert Versus("x", "", [1.0], [0.0]).ratios == [None]


def test_a_slope_is_not_bent_by_a_few_strange_readings() -> None:
    readings = [(float(at), 2.0 * at) for at in range(100)]
    readings[10], readings[50] = (10.0, 900.0), (50.0, -900.0)
    assert slope(readings) == pytest.approx(2.0)


def test_one_reading_has_no_slope() -> None:
    assert slope([(1.0, 5.0)]) == 0.0
