"""The demo's story: each event of the shell once, however the file grows."""

import json
from pathlib import Path

import pytest

from demo.run import NOTHING_YET, Story


class Teller:
    """A story about a file, and what was told of it."""

    def __init__(self, folder: Path) -> None:
        self.events = folder / "events.jsonl"
        self.told: list[str] = []
        self.story = Story(self.events, self.told.append)

    def writes(self, text: str) -> None:
        with self.events.open("a") as file:
            file.write(text)
        self.story.look()


@pytest.fixture
def teller(tmp_path: Path) -> Teller:
    return Teller(tmp_path)


def line(name: str, at: float, *states: str) -> str:
    report = NOTHING_YET.model_copy(update={"states": list(states)})
    return json.dumps({"event": "scene", "kind": name, "at": at, "report": report.model_dump()}) + "\n"


def test_a_shell_that_has_written_nothing_has_no_story(teller: Teller) -> None:
    teller.story.look()
    assert (teller.story.seen, teller.story.report, teller.told) == (set(), NOTHING_YET, [])


def test_each_event_is_told_once_and_its_first_time_is_kept(teller: Teller) -> None:
    teller.writes(line("in_call", 1.5, "live"))
    teller.writes(line("interrupted", 2.5) + line("in_call", 3.5, "live", "interrupted", "live"))
    assert teller.told == ["  they see and hear each other", "  the connection dropped; it comes back by itself"]
    assert teller.story.times == {"in_call": 1.5, "interrupted": 2.5}
    assert teller.story.report.states == ["live", "interrupted", "live"]


def test_half_a_line_is_left_until_it_is_whole(teller: Teller) -> None:
    whole = line("goodbye", 4.0)
    teller.writes(whole[:30])
    assert teller.story.seen == set()
    teller.writes(whole[30:])
    assert teller.story.seen == {"goodbye"}


def test_an_event_without_words_is_seen_and_not_told(teller: Teller) -> None:
    teller.writes(json.dumps({"event": "painted", "at": 1.0, "report": NOTHING_YET.model_dump()}) + "\n")
    assert teller.story.seen == {"painted"}
    assert teller.told == []
