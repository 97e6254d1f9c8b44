"""Which calls a round has, and in which order."""

import pytest

from bench.media.bench import TOGETHER, batched, chosen, plans
from bench.media.conditions import CONDITIONS
from bench.media.table import NOT_PAINTING, SOUND, WHOLE


def test_a_round_has_every_network_and_begins_with_those_that_are_weighed() -> None:
    names = [name for name, _ in plans("1", 0)]
    assert names[:4] == [WHOLE, NOT_PAINTING, SOUND, "clean"]
    assert sorted(names) == sorted([*(condition.name for condition in CONDITIONS), WHOLE, NOT_PAINTING, SOUND])


def test_both_contenders_of_a_round_have_the_same_networks_and_another_round_has_others() -> None:
    assert plans("1", 0) == plans("1", 0)
    assert {plan.seed for _, plan in plans("1", 0)}.isdisjoint(plan.seed for _, plan in plans("1", 1))


def test_both_make_a_few_calls_and_change_places_and_none_is_left_out() -> None:
    parts = list(batched(plans("1", 0), TOGETHER))
    assert [plan for part in parts for plan in part] == plans("1", 0)
    assert {len(part) for part in parts[:-1]} == {TOGETHER}


def test_a_network_that_is_not_known_is_named() -> None:
    with pytest.raises(ValueError, match="no such network: marsh"):
        chosen("clean, marsh")
