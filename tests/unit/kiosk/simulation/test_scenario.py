"""Scenario files: read strictly, and what is wrong in one is one sentence that names the place."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.__main__ import main
from kiosk.errors import Refused
from kiosk.simulation.scenario import read

BOOKING = '[[booking]]\nid = "b1"\nstarts = "14:30"\n'


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "booking"),
        ("[[booking]", "not a scenario"),
        (BOOKING + "minuts = 5\n", "minuts"),
        ('[[booking]]\nid = "b1"\nstarts = "25:00"\n', "starts"),
        (BOOKING + '[[event]]\nat = "14:30"\nwhat = "jump"\n', "what"),
        (BOOKING + '[[event]]\nat = "14:30"\nwhat = "end"\ncode = "because"\n', "code"),
        (BOOKING + '[[event]]\nat = "14:30"\nwhat = "end"\nbooking = "b2"\n', "b2"),
        (BOOKING + BOOKING, "same id"),
        ('[[booking]]\nid = "b1"\nstarts = "23:50"\nhard_stop = "00:35"\n', "hard stop"),
        (BOOKING + "minutes = 0.005\n", "shorter than a second"),
        (BOOKING + '[[event]]\nat = "12:00"\nwhat = "end"\n', "before the laptop is switched on"),
        (BOOKING + '[[event]]\nat = "14:30"\nwhat = "cancelled"\noutcome = "COMPLETED_NORMALLY"\n', "cancelled as"),
        (BOOKING + "[policy]\ntalk_needs = 3\n", "talk_needs"),
    ],
)
def test_a_file_that_is_no_scenario_is_refused_and_the_place_is_named(text: str, place: str) -> None:
    with pytest.raises(Refused, match="This is not a scenario") as refused:
        read(text)
    assert place in str(refused.value)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with pytest.raises(Refused, match="This is not a scenario"):  # a scenario needs a booking, and no such text has one
        read(text)


@pytest.mark.slow
def test_the_command_prints_words_or_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "day.toml"
    file.write_text(BOOKING + '[[event]]\nat = "14:29"\nwhat = "visitor_waits"\n')
    main(["simulate", str(file)])
    assert "b1: NOT_RECORDED, ended by time at 15:15:00" in capsys.readouterr().out
    main(["simulate", str(file), "--json"])
    (call,) = json.loads(capsys.readouterr().out)["calls"]
    assert (call["lost_ms"], call["owed_ms"], call["returned_ms"]) == ({"NOT_BROUGHT": 2_700_000}, 1_800_000, 900_000)


def test_a_missing_file_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["simulate", str(tmp_path / "none.toml")])
    assert stopped.value.code == 2
    assert capsys.readouterr().err == f"kiosk: {tmp_path / 'none.toml'} cannot be read.\n"


@pytest.mark.slow
def test_the_example_in_the_documentation_comes_out_as_it_is_printed_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (Path(__file__).parents[4] / "docs" / "simulation.md").read_text()
    example = page.partition("```toml\n")[2].partition("```")[0]
    printed = page.partition("```\n\n```\n")[2].partition("```")[0]
    file = tmp_path / "day.toml"
    file.write_text(example)
    main(["simulate", str(file)])
    assert capsys.readouterr().out == printed
