"""Room for the record: holds, each way of losing, unreadable; a loss warns, and the record refuses what opens."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.lockdown.audit_trail import RESERVE_BYTES
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.disk import STATE, Disk
from kiosk.policy.measures import Finding, Severity, Verdict, standing
from tests.fakes.laptop_root import LaptopRoot, lost_with

ROOMY = {"f_bavail": 1 << 20, "f_frsize": 4096, "f_files": 1 << 16, "f_favail": 1 << 16, "f_flag": 0}


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    laptop = LaptopRoot(tmp_path)
    laptop.put(f"{STATE}/audit/reserve", b"x" * RESERVE_BYTES)
    return laptop


def looked(root: LaptopRoot, monkeypatch: pytest.MonkeyPatch, **space: int) -> Finding:
    monkeypatch.setattr("os.statvfs", lambda _: SimpleNamespace(**ROOMY | space))
    return finding(Disk(root.machine))


def test_it_holds_where_there_is_room_and_a_reserve(root: LaptopRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    Disk(root.machine).apply()
    found = looked(root, monkeypatch)
    assert (found.verdict, found.evidence) == (Verdict.HOLDS, "4096 MB free; the record's reserve is held")


@pytest.mark.parametrize(
    ("space", "said"),
    [
        ({"f_bavail": 100}, "only 0 MB are free"),
        ({"f_favail": 3}, "only 3 more files fit"),
        ({"f_flag": os.ST_RDONLY}, "is mounted read-only"),
    ],
)
def test_no_room_warns_and_says_what_is_missing(
    root: LaptopRoot, monkeypatch: pytest.MonkeyPatch, space: dict[str, int], said: str
) -> None:
    found = looked(root, monkeypatch, **space)
    lost_with(found, said)
    assert found.severity is Severity.WARN
    assert standing([found]).barred_by is None


def test_a_file_system_that_counts_no_files_has_room(root: LaptopRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    assert looked(root, monkeypatch, f_files=0, f_favail=0).verdict is Verdict.HOLDS


@pytest.mark.parametrize("held", [None, b"", b"x" * 4096])
def test_a_reserve_that_is_not_held_warns(
    root: LaptopRoot, monkeypatch: pytest.MonkeyPatch, held: bytes | None
) -> None:
    root.drop(f"{STATE}/audit/reserve")
    if held is not None:
        root.put(f"{STATE}/audit/reserve", held)
    lost_with(looked(root, monkeypatch), "is not held")


def test_a_reserve_that_is_only_a_hole_is_none(root: LaptopRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    path = root.put(f"{STATE}/audit/reserve", b"")
    os.truncate(path, RESERVE_BYTES)
    lost_with(looked(root, monkeypatch), "is not held")


def test_a_folder_that_is_not_there_is_lost(tmp_path: Path) -> None:
    lost_with(finding(Disk(LaptopRoot(tmp_path).machine)), "could not look: FileNotFoundError")
