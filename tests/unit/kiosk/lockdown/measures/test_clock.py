"""The clock's measure: never set, no battery-backed clock; each is said, and warns."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.clock import Clock
from kiosk.policy.measures import Severity, Verdict

NOW = datetime(2026, 11, 24, 21, 40, tzinfo=UTC)


def clock(root: Path, now: datetime = NOW, *, battery: bool = True) -> Clock:
    if battery:
        (root / "sys/class/rtc/rtc0").mkdir(parents=True)
    return Clock(Machine(root), now=lambda: now)


def test_a_clock_that_was_set_and_outlasts_a_power_cut_holds(tmp_path: Path) -> None:
    found = finding(clock(tmp_path))
    assert found.verdict is Verdict.HOLDS
    assert found.evidence == "2026-11-24 21:40 UTC; rtc0 keeps it over a power cut"


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        (lambda root: clock(root, now=datetime(1970, 1, 1, tzinfo=UTC)), "the date is 1970-01-01"),
        (lambda root: clock(root, battery=False), "no battery-backed clock"),
    ],
    ids=["never set", "no battery"],
)
def test_what_is_wrong_is_told_first_and_warns(tmp_path: Path, measure: object, said: str) -> None:
    assert callable(measure)
    found = finding(measure(tmp_path))
    assert (found.verdict, found.severity) == (Verdict.LOST, Severity.WARN)
    assert found.evidence.startswith(said)


def test_a_sys_that_cannot_be_read_is_lost(tmp_path: Path) -> None:
    (tmp_path / "sys/class").mkdir(parents=True)
    (tmp_path / "sys/class/rtc").write_text("no folder")
    found = finding(Clock(Machine(tmp_path), now=lambda: NOW))
    assert (found.verdict, found.severity) == (Verdict.LOST, Severity.WARN)
