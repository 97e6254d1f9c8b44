"""`kiosk audit`, as an auditor types it: what is printed, and the status it ends with."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.__main__ import main
from tests.fakes.audit import FakeLaptop, happening

LAPTOP = FakeLaptop.number(1)
LINES = LAPTOP.lines([happening("guard_started"), happening("devices_opened", {"booking_id": "b1"}), happening("x")])


@pytest.fixture
def state(tmp_path: Path) -> Path:
    LAPTOP.store(tmp_path, LINES, LAPTOP.head(LINES))
    return tmp_path


def typed(*words: object) -> int:
    """Type a command; its status."""
    with pytest.raises(SystemExit) as end:
        main(["audit", *map(str, words)])
    assert isinstance(end.value.code, int)
    return end.value.code


def test_whole_open_and_tampered_have_each_their_status(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trail, key = state / "audit" / "trail.jsonl", state / "audit.pub"
    assert typed("verify", trail, "--key", key) == 0
    (state / "audit" / "head.note").write_bytes(LAPTOP.head(LINES[:2]).as_bytes())
    assert typed("verify", trail, "--key", key) == 3
    trail.write_bytes(trail.read_bytes().replace(b'"b1"', b'"b2"'))
    assert typed("verify", trail, "--key", key) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["whole", "open", "tampered"]


def test_json_is_one_object_with_every_field(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    head = state / "head"
    head.write_bytes(LAPTOP.head(LINES).as_bytes())
    assert typed("verify", state / "audit" / "trail.jsonl", "--key", state / "audit.pub", "--head", head, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "verdict": "whole",
        "first_seq": 1,
        "last_seq": 3,
        "vouched_seq": 3,
        "failed_seq": None,
        "why": "Records 1 to 3 are whole, and closed by a signed head.",
    }


def test_the_trail_is_shown_and_what_cannot_be_read_is_a_status(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trail = state / "audit" / "trail.jsonl"
    assert typed("show", trail) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("guard: Camera and microphone were opened for call b1.")
    trail.write_bytes(b"spoilt\n")
    assert typed("show", trail) == 1


def test_transmissions_are_listed_or_there_were_none(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trail = state / "audit" / "trail.jsonl"
    assert typed("transmissions", trail) == 0
    assert capsys.readouterr().out.startswith("Call b1: open from")
    trail.write_bytes(b"")
    assert typed("transmissions", trail) == 0
    assert capsys.readouterr().out == "Camera and microphone were never open.\n"


@pytest.mark.parametrize("words", [[], ["verify"], ["verify", "x"], ["nonsense"]])
def test_a_wrong_command_is_told_its_usage(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert typed(*words) == 2
    assert "usage: kiosk audit" in capsys.readouterr().err


@pytest.mark.parametrize("what", ["show", "transmissions", "verify"])
def test_a_missing_file_is_one_sentence(what: str, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = ["--key", state / "audit.pub"] if what == "verify" else []
    assert typed(what, state / "nothing", *key) == 2
    assert (
        capsys.readouterr().err
        == f"kiosk: The audit trail {state / 'nothing'} cannot be read: No such file or directory.\n"
    )


def test_a_reader_that_has_seen_enough_is_no_error(state: Path) -> None:
    trail = LAPTOP.store(state, LAPTOP.lines([happening("note_written", {"text": "x" * 2000})] * 400))
    command = [sys.executable, "-m", "kiosk", "audit", "show", str(trail)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as shown:
        assert shown.stdout is not None
        assert shown.stderr is not None
        shown.stdout.readline()
        shown.stdout.close()
        assert shown.stderr.read() == b""
        assert shown.wait(20) == 0
