"""The roster: what `kiosk officer` changes is heard of once, by number."""

from pathlib import Path

from contract.roster import Right
from kiosk.lockdown.officers import Officers
from kiosk.lockdown.roster_watch import RosterWatch
from tests.fakes.clock import NOON
from tests.fakes.officers import CHEAP


def test_each_change_is_heard_of_once_and_the_first_look_is_none(tmp_path: Path) -> None:
    officers, heard = Officers(tmp_path, CHEAP), list[list[str]]()
    watch = RosterWatch(officers, heard.append)
    watch.look()
    officers.add("Q1", "A name", frozenset({Right.RUN_CALLS}), "482913", NOON)
    watch.look()
    watch.look()
    officers.disable("Q1", NOON)
    watch.look()
    assert heard == [["Q1"], []]


def test_a_roster_that_cannot_be_read_says_nothing_here(tmp_path: Path) -> None:
    (tmp_path / "officers.json").write_text("{")
    heard = list[list[str]]()
    RosterWatch(Officers(tmp_path, CHEAP), heard.append).look()
    assert heard == []
