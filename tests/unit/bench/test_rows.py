"""The rows of a benchmark: one form, nothing dropped in silence."""

import json
from pathlib import Path

import pytest

from bench.rows import Goal, Row, publish


def test_a_row_is_the_median_its_spread_and_the_peer() -> None:
    row = Row("join", [1.0, 3.0, 2.0], "s", [4.0, 4.0, 5.0], Goal(most=2))
    assert row.as_json() == {
        "what": "join",
        "value": 2.0,
        "unit": "s",
        "peer": 4.0,
        "ratio": 0.5,
        "goal": "<= 2",
        "holds": True,
        "spread": [1.0, 3.0],
    }
    assert row.misses == []


def test_a_row_without_a_goal_neither_holds_nor_fails() -> None:
    row = Row("processor", [60.0], "%")
    assert (row.holds, str(row.goal), row.ratio) == (None, "", None)


@pytest.mark.parametrize(
    ("goal", "values", "miss"),
    [
        (Goal(most=1.5), [1.75], "join: missed by 0.25 s"),
        (Goal(least=28), [27.5, 27.5], "join: missed by 0.5 s"),
    ],
)
def test_a_missed_goal_says_by_how_much(goal: Goal, values: list[float], miss: str) -> None:
    row = Row("join", values, "s", goal=goal)
    assert row.holds is False
    assert row.misses == [miss]


def test_a_run_that_does_not_count_fails_the_row_and_is_told_of() -> None:
    row = Row("join", [1.0, None, 1.0], "s", goal=Goal(most=1.5))
    assert (row.value, row.holds) == (1.0, False)
    assert row.misses == ["join: 1 of 3 runs did not count"]


def test_without_any_figure_nothing_holds() -> None:
    row = Row("join", [None, None], "s", [None], Goal(most=1.5))
    assert (row.value, row.peer, row.ratio, row.holds, row.spread) == (None, None, None, False, (None, None))


def test_table_and_file_say_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish("call", [Row("join", [2.0], "s", goal=Goal(most=1.5))], ["three calls"], out=tmp_path / "out")
    told = json.loads((tmp_path / "out" / "call.json").read_text())
    assert told["name"] == "call"
    assert set(told["rows"][0]) == {"what", "value", "unit", "peer", "ratio", "goal", "holds", "spread"}
    assert told["notes"] == ["join: missed by 0.5 s", "three calls"]
    table = capsys.readouterr().out
    assert "NO" in table
    assert all(note in table for note in told["notes"])
