"""The officers of this laptop, in their file."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.roster import Right
from contract.verifier import fits
from kiosk.errors import LockdownError, Refused, Unavailable
from kiosk.lockdown.officers import Officers
from tests.fakes.clock import NOON
from tests.fakes.officers import CHEAP, PINS, RUN_CALLS, roster


def test_without_a_file_there_is_no_officer(tmp_path: Path) -> None:
    assert Officers(tmp_path).read() == {}


def test_an_officer_that_was_added_is_there_for_everyone_who_reads(tmp_path: Path) -> None:
    rights = frozenset(Right)
    Officers(tmp_path, CHEAP).add("A1", "Ann Zółty", rights, "482913", NOON)
    officer = Officers(tmp_path).read()["A1"]
    assert (officer.name, officer.rights, officer.added_at, officer.disabled_at) == ("Ann Zółty", rights, NOON, None)
    assert fits("482913", officer.verifier)


def test_the_file_is_for_its_owner_only_and_holds_no_pin(tmp_path: Path) -> None:
    roster(tmp_path)
    file = tmp_path / "officers.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not any(pin in file.read_text() for pin in PINS.values())


def test_a_verifier_is_not_shown_where_an_officer_is(tmp_path: Path) -> None:
    assert "argon2" not in repr(roster(tmp_path).read())


def test_a_number_is_never_given_twice_also_not_a_disabled_one(tmp_path: Path) -> None:
    officers = roster(tmp_path)
    for number in ("A1", "OLD"):
        with pytest.raises(Refused, match=f"{number} is on this laptop already"):
            officers.add(number, "Another", RUN_CALLS, "571046", NOON)
    assert fits(PINS["A1"], officers.read()["A1"].verifier)


def test_a_weak_pin_is_refused_and_nothing_changes(tmp_path: Path) -> None:
    officers = roster(tmp_path)
    before = officers.read()
    with pytest.raises(Refused, match="digits in a row"):
        officers.add("C3", "Cy", RUN_CALLS, "123456", NOON)
    with pytest.raises(Refused, match="digit repeated"):
        officers.set_pin("A1", "111111")
    assert officers.read() == before


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "a" * 61])
def test_a_name_that_cannot_be_shown_on_a_line_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refused, match="A name is"):
        Officers(tmp_path, CHEAP).add("A1", name, RUN_CALLS, "482913", NOON)


def test_a_new_pin_takes_the_place_of_the_old(tmp_path: Path) -> None:
    officers = roster(tmp_path)
    officers.set_pin("A1", "905172")
    verifier = officers.read()["A1"].verifier
    assert fits("905172", verifier)
    assert not fits(PINS["A1"], verifier)


def test_disabled_is_kept_with_its_first_time_and_can_be_taken_back(tmp_path: Path) -> None:
    officers = roster(tmp_path)
    officers.disable("A1", NOON)
    officers.disable("A1", NOON + timedelta(days=9))
    assert officers.read()["A1"].disabled_at == NOON
    officers.enable("A1")
    assert officers.read()["A1"].disabled_at is None


def test_nobody_is_changed_who_is_not_there(tmp_path: Path) -> None:
    officers = roster(tmp_path)
    with pytest.raises(Refused, match="Z9 is not on this laptop"):
        officers.set_pin("Z9", "482913")
    with pytest.raises(Refused, match="Z9 is not on this laptop"):
        officers.disable("Z9", NOON)
    with pytest.raises(Refused, match="Z9 is not on this laptop"):
        officers.enable("Z9")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be changed: No such file"):
        roster(tmp_path / "none")


def test_a_number_twice_in_the_file_is_not_believed(tmp_path: Path) -> None:
    officers = roster(tmp_path)
    kept = json.loads((tmp_path / "officers.json").read_text())
    kept["officers"].append(kept["officers"][0])
    (tmp_path / "officers.json").write_text(json.dumps(kept))
    with pytest.raises(LockdownError, match="twice"):
        officers.read()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("verifier", "482913"),
        ("verifier", "$argon2id$v=19$m=9999999,t=1,p=1$" + "A" * 22 + "$" + "A" * 43),
        ("rights", ["everything"]),
        ("number", "a1"),
        ("added_at", "yesterday"),
        ("pin", "482913"),
    ],
)
def test_an_entry_that_is_not_as_it_is_written_is_not_believed(tmp_path: Path, field: str, value: object) -> None:
    officers = roster(tmp_path)
    kept = json.loads((tmp_path / "officers.json").read_text())
    kept["officers"][0][field] = value
    (tmp_path / "officers.json").write_text(json.dumps(kept))
    with pytest.raises(LockdownError, match=r"cannot be read\. Ask IT"):
        officers.read()
    with pytest.raises(LockdownError):
        officers.enable("A1")  # and nothing is written over it
    assert json.loads((tmp_path / "officers.json").read_text()) == kept


@pytest.mark.slow
@given(st.binary(max_size=60))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_in_the_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "officers.json").write_bytes(content)
    with pytest.raises(LockdownError, match="Ask IT"):
        Officers(tmp_path).read()
