"""A stick that firmware took from the network is gone with the power: what is to last goes to another one."""

from pathlib import Path

import pytest

from installer.station.install import Ended
from installer.station.lasting import STICK, lasting_folder
from kiosk.lockdown.machine import Machine
from tests.fakes.bench import SERIAL, FakeLaptop, OnTheBench

MOUNTED = Path("/proc")


def started_from(tmp_path: Path, device: str) -> Machine:
    """A machine whose stick is this device."""
    laptop = FakeLaptop(tmp_path / "root")
    laptop.put(f"/dev/{device}", "")
    laptop.path(STICK).parent.mkdir(parents=True)
    laptop.path(STICK).symlink_to(f"../../{device}")
    return laptop


def test_a_stick_keeps_its_reports_itself(tmp_path: Path) -> None:
    assert lasting_folder(started_from(tmp_path, "sda1"), tmp_path, MOUNTED) == tmp_path


@pytest.mark.parametrize("reports", [MOUNTED, None])
def test_one_in_memory_needs_another_for_them(tmp_path: Path, reports: Path | None) -> None:
    machine = started_from(tmp_path, "pmem0p1")
    assert lasting_folder(machine, tmp_path, reports or tmp_path / "not mounted") == reports


def test_the_report_goes_where_it_lasts(tmp_path: Path) -> None:
    bench = OnTheBench(tmp_path)
    bench.reports = tmp_path / "reports"
    bench.reports.mkdir()
    assert bench.installed() is Ended.ACCEPTED
    assert {each.suffix for each in bench.reports.glob(f"acceptance-{SERIAL}.*")} == {".jws", ".json", ".pdf"}
    assert list(bench.stick.glob("acceptance-*")) == []


def test_so_do_the_question_and_the_answer_of_a_site_without_a_service(tmp_path: Path) -> None:
    bench = OnTheBench(tmp_path)
    bench.reports = tmp_path / "reports"
    bench.reports.mkdir()
    bench.site(head="offline = true")
    assert bench.installed() is Ended.WAITS
    question = (bench.reports / f"question-{SERIAL}.json").read_bytes()
    (bench.reports / f"answer-{SERIAL}.json").write_bytes(bench.enrols.answer(question))
    bench.laptop.starts_again()
    assert bench.run() is Ended.ACCEPTED
