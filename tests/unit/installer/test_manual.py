"""The manual page and the completion name every command of `kiosk`."""

from pathlib import Path

import pytest

from kiosk.__main__ import COMMANDS

PACKAGE = Path(__file__).parents[3] / "installer" / "package"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_manual_tells_of_it(command: str) -> None:
    assert f".TP\n.B {command}\n" in (PACKAGE / "man" / "kiosk.1").read_text()


def test_the_completion_knows_all_of_them_and_no_other() -> None:
    (line,) = (each for each in (PACKAGE / "completion" / "kiosk").read_text().splitlines() if "commands=" in each)
    assert line.split('"')[1].split() == list(COMMANDS)
