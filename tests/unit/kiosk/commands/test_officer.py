"""`kiosk officer`."""

import io
import json
from pathlib import Path

import pytest

from contract.roster import Right
from contract.verifier import fits
from kiosk.__main__ import main
from kiosk.lockdown.officers import Officers
from tests.fakes.authority import enrolled
from tests.fakes.officers import PINS, roster


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """Standard input that is not a terminal: one line, the PIN."""
    line = io.StringIO("905172\n")
    monkeypatch.setattr("sys.stdin", line)
    return line


def officer(*words: str | Path) -> None:
    main(["officer", *map(str, words)])


def refused(capsys: pytest.CaptureFixture[str], *words: str | Path) -> str:
    """The one line on standard error of a command that ends with status 2."""
    with pytest.raises(SystemExit) as ended:
        officer(*words)
    assert ended.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("kiosk: ")
    assert said.err.count("\n") == 1
    return said.err


@pytest.mark.slow
@pytest.mark.usefixtures("typed")
def test_an_officer_is_added_with_the_pin_from_standard_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    officer("add", "c3", "--name", "Cy Young", "--state", tmp_path)
    added = Officers(tmp_path).read()["C3"]
    assert (added.name, added.rights) == ("Cy Young", frozenset({Right.RUN_CALLS}))
    assert fits("905172", added.verifier)
    assert capsys.readouterr().out == "C3 can use this laptop.\n"


@pytest.mark.slow
@pytest.mark.usefixtures("typed")
def test_a_manager_may_also_run_calls(tmp_path: Path) -> None:
    officer("add", "M1", "--name", "Mo", "--manager", "--state", tmp_path)
    assert Officers(tmp_path).read()["M1"].rights == set(Right)


@pytest.mark.slow
@pytest.mark.usefixtures("typed")
def test_a_new_pin_works_and_the_old_one_no_longer(tmp_path: Path) -> None:
    roster(tmp_path)
    officer("pin", "A1", "--state", tmp_path)
    verifier = Officers(tmp_path).read()["A1"].verifier
    assert fits("905172", verifier)
    assert not fits(PINS["A1"], verifier)


def test_disable_and_enable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster(tmp_path)
    officer("disable", "A1", "--state", tmp_path)
    assert Officers(tmp_path).read()["A1"].disabled_at is not None
    officer("enable", "A1", "--state", tmp_path)
    assert Officers(tmp_path).read()["A1"].disabled_at is None
    assert "A1 can no longer use this laptop." in capsys.readouterr().out


def test_the_list_names_everyone_and_no_verifier(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    officer("list", "--state", tmp_path)
    assert capsys.readouterr().out == "No officer is set up on this laptop.\n"
    roster(tmp_path)
    officer("list", "--state", tmp_path)
    said = capsys.readouterr().out
    assert "A1                Officer A1 (officer, added 22 November 2026)" in said
    assert "Officer OLD (officer, added 22 November 2026, disabled 23 November 2026)" in said
    assert "argon2" not in said


def test_the_list_can_be_read_by_a_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    roster(tmp_path)
    officer("list", "--json", "--state", tmp_path)
    said = capsys.readouterr().out
    assert "argon2" not in said
    assert json.loads(said)[2] == {
        "number": "OLD",
        "name": "Officer OLD",
        "rights": ["run_calls"],
        "added_at": "2026-11-22T12:00:00+00:00",
        "disabled_at": "2026-11-23T12:00:00+00:00",
    }


def test_a_refusal_is_one_sentence_and_status_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], typed: io.StringIO
) -> None:
    roster(tmp_path)
    at = ("--state", tmp_path)
    assert "A1 is on this laptop already" in refused(capsys, "add", "A1", "--name", "A", *at)
    assert "Z9 is not on this laptop" in refused(capsys, "pin", "Z9", *at)
    assert "Z9 is not on this laptop" in refused(capsys, "disable", "Z9", *at)
    assert "1 to 16 letters and digits" in refused(capsys, "enable", "A-1", *at)
    assert "There is no folder" in refused(capsys, "list", "--state", tmp_path / "none")
    assert typed.tell() == 0  # nobody was asked for a PIN
    (tmp_path / "officers.json").write_text("{}")
    assert "cannot be read. Ask IT" in refused(capsys, "list", *at)


def test_a_weak_or_missing_pin_is_refused_and_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for line, why in {"123456\n": "digits in a row", "": "six to twelve digits", "4829137x\n": "six to twelve"}.items():
        monkeypatch.setattr("sys.stdin", io.StringIO(line))
        said = refused(capsys, "add", "C3", "--name", "Cy", "--state", tmp_path)
        assert why in said
        assert not line or line.strip() not in said
    assert Officers(tmp_path).read() == {}


def test_on_an_enrolled_laptop_it_sends_people_to_the_service(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enrolled(tmp_path / "identity")
    for words in (("add", "A1", "--name", "A"), ("pin", "A1"), ("disable", "A1"), ("enable", "A1"), ("list",)):
        assert "use `visits officer` there" in refused(capsys, *words, "--state", tmp_path)


def test_a_pin_is_not_an_argument(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        officer("pin", "A1", "905172", "--state", tmp_path)
    with pytest.raises(SystemExit):
        officer("add", "A1", "--name", "A", "--pin", "905172", "--state", tmp_path)


def test_the_folder_of_the_service_is_used_where_none_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    roster(tmp_path)
    monkeypatch.setenv("STATE_DIRECTORY", f"{tmp_path}:/elsewhere")
    officer("list")
    assert "Officer A1" in capsys.readouterr().out
    monkeypatch.delenv("STATE_DIRECTORY")
    with pytest.raises(SystemExit):
        officer("list", "--help")
    assert "/var/lib/visit-kiosk" in capsys.readouterr().out
