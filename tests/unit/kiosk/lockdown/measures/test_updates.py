"""Whether an update waits: holds, waits, failed, unreadable; it never blocks."""

from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.updates import FAILED, PENDING, Updates
from kiosk.policy.measures import Severity, Verdict, standing
from tests.fakes.laptop_root import LaptopRoot, lost_with


def test_it_holds_where_no_update_waits(tmp_path: Path) -> None:
    measure = Updates(LaptopRoot(tmp_path).machine)
    measure.apply()
    assert finding(measure).verdict is Verdict.HOLDS


@pytest.mark.parametrize("mark", PENDING)
@pytest.mark.parametrize("said", ["", "2026.2"])
def test_an_update_that_waits_is_recorded_and_bars_nothing(tmp_path: Path, mark: str, said: str) -> None:
    root = LaptopRoot(tmp_path)
    root.put(mark, said)
    found = finding(Updates(root.machine))
    lost_with(found, f"({said}) waits" if said else "an update waits")
    assert found.severity is Severity.INFO
    assert standing([found]).barred_by is None


def test_an_update_that_failed_warns(tmp_path: Path) -> None:
    root = LaptopRoot(tmp_path)
    root.put(FAILED, "2026.2: no space\n" + "x" * 1000)
    found = finding(Updates(root.machine))
    lost_with(found, "the last update failed (2026.2: no space")
    assert found.severity is Severity.WARN


def test_a_mark_that_cannot_be_read_is_lost_and_bars_nothing(tmp_path: Path) -> None:
    root = LaptopRoot(tmp_path)
    root.unreadable(PENDING[0])
    found = finding(Updates(root.machine))
    lost_with(found, "could not look")
    assert standing([found]).barred_by is None
