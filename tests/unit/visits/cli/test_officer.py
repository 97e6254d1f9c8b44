"""`visits officer`, as it is typed at a terminal and in a script."""

import io
import json
import re
import stat
from pathlib import Path

import pytest

from contract.pins import check_acceptable
from contract.roster import LONGEST_NAME, Right
from contract.verifier import Cost, fits
from tests.fakes.officers import CHEAP, RUN_CALLS
from visits.cli import new_pin
from visits.cli.command import run
from visits.demo_data.seed import Seeded
from visits.store.database import Database
from visits.store.officers import roster_of

PLACE = 1


class Terminal:
    """Runs `visits officer` on the test's database; keeps what it says."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._db, self._capsys = str(folder / "visits.db"), capsys

    def __call__(self, *words: str) -> str:
        assert run([*words, "--db", self._db]) == 0
        return self._capsys.readouterr().out

    def fails(self, *words: str) -> str:
        assert run([*words, "--db", self._db]) == 1
        return self._capsys.readouterr().err


@pytest.fixture
def terminal(
    database: Database,
    seeded: Seeded,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Terminal:
    monkeypatch.setattr(new_pin, "COST", CHEAP)
    monkeypatch.setattr("sys.stdin", io.StringIO("482913\n"))
    return Terminal(tmp_path, capsys)


def pin_in(folder: Path, pin: str) -> str:
    file = folder / "pin"
    file.write_text(pin + "\n")
    return str(file)


def test_a_try_costs_a_laptop_what_it_should() -> None:
    assert Cost() == new_pin.COST


def test_an_officer_is_added_with_the_pin_from_standard_input(terminal: Terminal, database: Database) -> None:
    assert terminal("officer", "add", "a1", "--name", "Ann Zółty") == "A1 can use laptops.\n"
    (ann,) = database.read(roster_of, PLACE).officers
    assert (ann.number, ann.name, ann.rights, ann.disabled) == ("A1", "Ann Zółty", RUN_CALLS, False)
    assert fits("482913", ann.verifier)


def test_a_manager_has_both_rights(terminal: Terminal, database: Database) -> None:
    terminal("officer", "add", "M1", "--name", "Mo", "--manager")
    assert database.read(roster_of, PLACE).officers[0].rights == set(Right)


def test_a_new_pin_from_a_file_takes_the_place_of_the_old(
    terminal: Terminal, database: Database, tmp_path: Path
) -> None:
    terminal("officer", "add", "A1", "--name", "Ann")
    assert terminal("officer", "reset", "A1", "--pin-file", pin_in(tmp_path, "905172")) == "A1 has a new PIN.\n"
    (ann,) = database.read(roster_of, PLACE).officers
    assert fits("905172", ann.verifier)
    assert not fits("482913", ann.verifier)


def test_a_pin_made_here_is_said_once_and_is_a_good_one(terminal: Terminal, database: Database) -> None:
    said = terminal("officer", "add", "A1", "--name", "Ann", "--generate")
    made = re.fullmatch(r"A1 can use laptops\. The PIN is ([0-9]{8})\. It cannot be shown again\.\n", said)
    assert made is not None
    check_acceptable(made[1], "A1")
    assert fits(made[1], database.read(roster_of, PLACE).officers[0].verifier)
    assert made[1] not in terminal("officer", "list") + terminal("officer", "list", "--history")


def test_who_is_disabled_is_disabled_until_enabled(terminal: Terminal, database: Database) -> None:
    terminal("officer", "add", "A1", "--name", "Ann")
    for _ in range(2):
        assert terminal("officer", "disable", "A1") == "A1 can no longer use a laptop.\n"
    assert database.read(roster_of, PLACE).officers[0].disabled
    terminal("officer", "enable", "A1")
    assert not database.read(roster_of, PLACE).officers[0].disabled
    history = json.loads(terminal("officer", "list", "--history", "--json"))
    assert [event["happened"] for event in history] == ["added", "disabled", "enabled"]
    assert {event["number"] for event in history} == {"A1"}
    assert all(event["by"] for event in history)


def test_a_number_is_never_given_to_a_second_person(terminal: Terminal) -> None:
    terminal("officer", "add", "A1", "--name", "Ann")
    terminal("officer", "disable", "A1")
    said = terminal.fails("officer", "add", "A1", "--name", "Another")
    assert "A1 is an officer who is disabled already, and a number is never given to a second person" in said


def test_what_is_no_good_is_one_sentence_and_changes_nothing(
    terminal: Terminal, database: Database, tmp_path: Path
) -> None:
    for pin, why in {"123456": "digits in a row", "48291": "six to twelve digits", "": "six to twelve digits"}.items():
        said = terminal.fails("officer", "add", "A1", "--name", "Ann", "--pin-file", pin_in(tmp_path, pin))
        assert why in said
        assert not pin or pin not in said
    for what in ("reset", "disable", "enable"):
        assert "Z9 is no officer here" in terminal.fails("officer", what, "Z9")
    assert "no such establishment" in terminal.fails("officer", "list", "--establishment", "HMP Elsewhere")
    assert database.read(roster_of, PLACE).officers == ()


@pytest.mark.parametrize(
    "words", [("add", "A-1", "--name", "A"), ("add", "A1", "--name", "a" * (LONGEST_NAME + 1)), ("add", "A1")]
)
def test_a_number_or_a_name_that_is_none_is_not_taken(terminal: Terminal, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit):
        terminal("officer", *words)


def test_a_pin_is_not_an_argument(terminal: Terminal) -> None:
    for words in (("reset", "A1", "905172"), ("add", "A1", "--name", "Ann", "--pin", "905172")):
        with pytest.raises(SystemExit):
            terminal("officer", *words)


def test_the_list_names_everyone_and_no_verifier(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("officer", "list") == "There is no officer yet.\n"
    terminal("officer", "add", "B2", "--name", "Bea", "--manager")
    terminal("officer", "add", "A1", "--name", "Ann", "--pin-file", pin_in(tmp_path, "571046"))
    terminal("officer", "disable", "B2")
    said = terminal("officer", "list")
    assert [line.split()[0] for line in said.splitlines()] == ["A1", "B2"]
    assert "Bea (manager, added " in said
    assert ", disabled " in said
    listed = json.loads(terminal("officer", "list", "--json"))
    assert [(each["number"], each["rights"]) for each in listed] == [
        ("A1", ["run_calls"]),
        ("B2", ["manage", "run_calls"]),
    ]
    assert "argon2" not in said + json.dumps(listed)


def test_the_database_stays_for_its_user_only(terminal: Terminal, tmp_path: Path) -> None:
    terminal("officer", "add", "A1", "--name", "Ann")
    assert stat.S_IMODE((tmp_path / "visits.db").stat().st_mode) == 0o600
