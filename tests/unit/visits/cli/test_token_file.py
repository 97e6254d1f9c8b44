"""`--token-file`: the token goes to one file, for one user, and nothing else is lost for it."""

import json
import stat
from pathlib import Path

import pytest

from visits.cli.command import run
from visits.store.database import Database
from visits.store.laptops import laptop_by_token
from visits.tokens import digest


def demo_data(folder: Path, *words: str) -> int:
    return run(["demo-data", "--db", str(folder / "visits.db"), "--token-file", str(folder / "token"), *words])


def laptop_of(folder: Path) -> str | None:
    """The name of the laptop whose token is in the file."""
    database = Database(folder / "visits.db")
    database.open()
    laptop = database.read(laptop_by_token, digest((folder / "token").read_text().strip()))
    database.close()
    return None if laptop is None else laptop.name


def test_the_token_is_written_for_its_user_only_and_is_not_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert demo_data(tmp_path, "--json") == 0
    said = capsys.readouterr().out
    assert json.loads(said)["laptop_token"] is None
    assert (tmp_path / "token").read_text().strip() not in said
    assert stat.S_IMODE((tmp_path / "token").stat().st_mode) == 0o600
    assert laptop_of(tmp_path) == json.loads(said)["laptop"]
    assert not list(tmp_path.glob(".token*"))


def test_a_second_run_leaves_the_token_as_it_is(tmp_path: Path) -> None:
    demo_data(tmp_path)
    token = (tmp_path / "token").read_text()
    assert demo_data(tmp_path) == 0
    assert (tmp_path / "token").read_text() == token


def test_a_new_token_takes_the_place_of_the_one_that_stopped_working(tmp_path: Path) -> None:
    demo_data(tmp_path)
    token = (tmp_path / "token").read_text()
    assert demo_data(tmp_path, "--new-token") == 0
    assert (tmp_path / "token").read_text() != token
    assert laptop_of(tmp_path) is not None


def test_a_lost_file_is_said_and_nothing_is_booked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo_data(tmp_path)
    (tmp_path / "token").unlink()
    assert demo_data(tmp_path) == 1
    assert "--new-token makes another" in capsys.readouterr().err


def test_a_file_that_is_there_is_never_overwritten_and_nothing_is_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "token").write_text("another laptop's")
    assert demo_data(tmp_path) == 1
    assert (tmp_path / "token").read_text() == "another laptop's"
    assert (
        capsys.readouterr().err
        == f"visits: {tmp_path / 'token'} is there already: move it away, or name another file\n"
    )
    (tmp_path / "token").unlink()
    assert demo_data(tmp_path) == 0  # the laptop had not been made: it gets its first token now


def test_a_laptop_is_enrolled_only_when_its_token_can_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["demo-data", "--db", str(tmp_path / "visits.db")])
    capsys.readouterr()
    add = ["laptop", "--db", str(tmp_path / "visits.db"), "add", "Laptop 2", "--token-file"]
    assert run([*add, str(tmp_path / "missing" / "token")]) == 1
    assert run([*add, str(tmp_path / "token")]) == 0
    assert capsys.readouterr().out == ""
    assert laptop_of(tmp_path) == "Laptop 2"
