"""A shell is believed only as far as the kernel agrees."""

from pathlib import Path

import pytest

from kiosk.lockdown.from_outside import as_seen
from kiosk.lockdown.machine import Machine
from kiosk.policy.measures import Finding, MeasureName
from tests.fakes.measures import shells_own

PID, UID = 702, 990
STATUS = (
    "Name:\tpython\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nCapInh:\t0\nCapPrm:\t0\nCapEff:\t{caps}\nCapAmb:\t0\n"
    "NoNewPrivs:\t{nnp}\nSeccomp:\t{seccomp}\n"
)


def seen(root: Path, **differs: object) -> Finding:
    """The finding of *exec*, for a second thread that differs so."""
    for thread, values in ((702, {}), (703, differs)):
        place = root / f"proc/{PID}/task/{thread}"
        place.mkdir(parents=True)
        (place / "status").write_text(STATUS.format(**{"uid": UID, "caps": 0, "nnp": 1, "seccomp": 2} | values))
    found = as_seen(shells_own(), Machine(root), PID, UID)
    assert {each.name for each in found} == {each.name for each in shells_own()}
    return next(each for each in found if each.name is MeasureName.EXEC)


def test_what_the_kernel_confirms_is_believed(tmp_path: Path) -> None:
    assert not seen(tmp_path).is_lost


@pytest.mark.parametrize("differs", [{"seccomp": 0}, {"nnp": 0}, {"caps": 1}, {"uid": 0}])
def test_one_thread_that_is_not_confined_is_a_loss_whatever_the_shell_says(
    tmp_path: Path, differs: dict[str, object]
) -> None:
    found = seen(tmp_path, **differs)
    assert found.is_lost
    assert found.evidence.startswith("seen from outside: ")


def test_a_process_that_cannot_be_looked_at_is_a_loss(tmp_path: Path) -> None:
    found = as_seen(shells_own(), Machine(tmp_path), PID, UID)
    assert [each.is_lost for each in found if each.name is MeasureName.EXEC] == [True]
