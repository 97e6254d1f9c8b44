"""The page for operators: each command on it is one that the programs take, as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from kiosk.commands import enrol, enrol_offline, ready, update
from visits.cli import command

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text()
LINES = [
    line
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
    if line.startswith(("visits ", "kiosk "))
]


@pytest.mark.parametrize("line", sorted(set(LINES)))
def test_each_command_is_taken_as_it_stands(line: str) -> None:
    program, *words = shlex.split(line)
    if program == "visits":
        assert command._parser().parse_args(words).act is not None
    elif words[0] == "update":
        assert update._parser().parse_args(words[1:]).by_itself is False
    elif words[0] == "ready":
        assert ready._parser().parse_args(words[1:]).json is False
    elif words[0] == "enrol-offline":
        assert enrol_offline._parser().parse_args(words[1:]).what in ("ask", "take")
    else:
        assert words[0] == "enrol"
        assert enrol._parser().parse_args(words[1:]).service.startswith("https://")


def test_there_are_commands_to_look_at() -> None:
    assert len(LINES) > 20
