"""The threat model: each test that it names exists, and each attacker is answered somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "threat-model.md").read_text()
BY_HAND = PAGE.partition("## Attacks, controls, tests")[0]
NAMED = sorted(set(re.findall(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`", BY_HAND)))
ATTACKERS = re.findall(r"^\| \*\*([a-z' ]+)\*\*", BY_HAND, re.MULTILINE)
ROWS = [
    line.split("|")[1:4]
    for line in BY_HAND.partition("## Controls, threats, tests")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| ") and not line.startswith("| control ")
]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_each_test_that_is_named_exists(file: str, name: str) -> None:
    text = (ROOT / "tests" / file).read_text()
    assert re.search(rf"^(async )?def {name}\(", text, re.MULTILINE), f"{file} has no {name}"


def test_each_control_names_whom_it_answers_and_a_test() -> None:
    assert len(ROWS) > 20
    for control, answers, shown_by in ROWS:
        assert "::test_" in shown_by, control
        assert any(attacker in answers for attacker in (*ATTACKERS, "everybody")), control


def test_each_attacker_is_answered_by_something() -> None:
    assert len(ATTACKERS) >= 9
    answered = " ".join(answers for _, answers, _ in ROWS)
    assert [attacker for attacker in ATTACKERS if attacker not in answered] == []


def test_what_is_not_defended_is_said() -> None:
    assert BY_HAND.count("\n- **", BY_HAND.index("## What is not defended")) >= 8
