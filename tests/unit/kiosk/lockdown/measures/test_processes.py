"""What runs against the list: holds, each way of losing, unreadable, and what it costs."""

from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.processes import Processes
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import Finding, Severity, Verdict
from tests.fakes.laptop_root import PYTHON, SHELL_UID, LaptopRoot, lost_with, populated


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    laptop = LaptopRoot(tmp_path)
    populated(laptop)
    return laptop


def looked(root: LaptopRoot) -> Finding:
    return finding(Processes(root.machine, root.platform))


def test_it_holds_where_only_the_list_runs_and_threads_of_the_kernel_do_not_count(root: LaptopRoot) -> None:
    Processes(root.machine, root.platform).apply()
    found = looked(root)
    assert (found.verdict, found.evidence) == (Verdict.HOLDS, "5 processes, all on the list")


@pytest.mark.parametrize(
    ("exe", "uid"),
    [
        ("/usr/bin/bash", 0),
        ("/usr/bin/cage", 0),
        (PYTHON, 1000),
        (f"{PYTHON} (deleted)", 0),
        ("/memfd:x (deleted)", SHELL_UID),
        ("/var/lib/visit-kiosk/cage", SHELL_UID),
    ],
)
def test_what_is_not_on_the_list_blocks_and_is_named(root: LaptopRoot, exe: str, uid: int) -> None:
    root.runs(900, exe, uid)
    found = looked(root)
    lost_with(found, f"{exe} (pid 900, uid {uid})")
    assert found.severity is Severity.BLOCK


def test_a_process_that_has_another_user_in_hand_counts_as_both(root: LaptopRoot) -> None:
    root.put("/proc/600/status", "Name:\tx\nPPid:\t1\nUid:\t0\t1000\t0\t0\n")
    lost_with(looked(root), "(pid 600, uid 0/1000)")


def test_many_are_counted(root: LaptopRoot) -> None:
    for pid in range(900, 910):
        root.runs(pid, "/usr/bin/sh")
    lost_with(looked(root), "and 7 more")


def test_a_process_that_ends_meanwhile_is_left_out(root: LaptopRoot) -> None:
    root.runs(900, "/usr/bin/bash")
    root.drop("/proc/900/status")
    assert looked(root).verdict is Verdict.HOLDS


def test_a_user_on_the_list_that_the_machine_does_not_have_lets_nobody_run(root: LaptopRoot) -> None:
    root.put("/etc/passwd", "root:x:0:0::/root:/bin/sh\n")
    lost_with(looked(root), "/usr/bin/cage (pid 700")


def test_an_image_without_a_list_is_lost(root: LaptopRoot) -> None:
    lost_with(finding(Processes(root.machine, Platform(name="x"))), "has no list of programs")


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/600/status", "/proc/600/exe"])
def test_what_cannot_be_read_is_lost(root: LaptopRoot, path: str) -> None:
    root.unreadable(path)
    lost_with(looked(root), "could not look")


@pytest.mark.parametrize("said", ["", "Name:\tx\n", "Name:\tx\nPPid:\t1\n", "Name:\tx\nPPid:\t\nUid:\t\n"])
def test_a_status_that_is_none_is_lost(root: LaptopRoot, said: str) -> None:
    root.put("/proc/600/status", said)
    lost_with(looked(root), "could not look")


def test_a_machine_without_proc_is_lost(tmp_path: Path) -> None:
    lost_with(looked(LaptopRoot(tmp_path / "none")), "could not look")
