"""`visits establishment`, as it is typed: a service is set up without demo data, from nothing to a laptop's code."""

from pathlib import Path

import pytest

from visits.cli.command import run

ADD = ("establishment", "add", "HMP Example", "--timezone", "Europe/London", "--use", "live")


def words(folder: Path, *said: str) -> list[str]:
    return [*said, "--db", str(folder / "visits.db")]


def test_an_establishment_is_added_once_and_laptops_are_enrolled_in_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(words(tmp_path, "ca", "init", "--host", "localhost", "--use", "live")) == 0
    code = words(tmp_path, "enrol-code", "--laptop", "Laptop 1")
    assert run(code) == 1
    assert run(words(tmp_path, *ADD)) == 0
    assert run(code) == 0
    capsys.readouterr()
    assert run(words(tmp_path, "establishment", "list")) == 0
    assert capsys.readouterr().out == "HMP Example: Europe/London, live\n"
    assert run(words(tmp_path, *ADD)) == 1
    assert capsys.readouterr().err == "visits: there is an establishment HMP Example already\n"


def test_live_and_demo_never_share_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(words(tmp_path, *ADD)) == 0
    demo = ("establishment", "add", "HMP Other", "--timezone", "Europe/London", "--use", "demo")
    assert run(words(tmp_path, *demo)) == 1
    assert "this database is in live use" in capsys.readouterr().err


@pytest.mark.parametrize(
    "said",
    [ADD[:3], ("establishment", "list", "HMP Example")],
    ids=["add without its words", "list with a name"],
)
def test_half_of_the_words_is_a_mistake(said: tuple[str, ...], tmp_path: Path) -> None:
    assert run(words(tmp_path, *said)) == 1


@pytest.mark.parametrize("zone", ["Europe/Nowhere", "../etc/passwd", ""])
def test_a_time_zone_must_be_one(zone: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        run(words(tmp_path, "establishment", "add", "HMP Example", "--timezone", zone, "--use", "live"))
