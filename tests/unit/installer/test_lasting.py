"""A stick that firmware took from the network is gone with the power: what is to last goes to another one."""

from pathlib import Path

from installer.station.install import Ended
from installer.station.lasting import KEEPER, lasting_folder
from installer.station.stick import MOUNT, STICK
from tests.fakes.bench import SERIAL, FakeLaptop, OnTheBench


def started_from(tmp_path: Path, device: str) -> FakeLaptop:
    """A machine whose stick is this device."""
    laptop = FakeLaptop(tmp_path / "root")
    laptop.put(f"/dev/{device}", "")
    laptop.path(STICK).parent.mkdir(parents=True)
    laptop.path(STICK).symlink_to(f"../../{device}")
    return laptop


def test_a_stick_keeps_its_reports_itself(tmp_path: Path) -> None:
    laptop = started_from(tmp_path, "sda1")
    laptop.put(KEEPER, "")
    assert lasting_folder(laptop, tmp_path, tmp_path / "reports") == tmp_path
    assert laptop.ran == []


def test_one_in_memory_needs_another_for_them(tmp_path: Path) -> None:
    laptop, reports = started_from(tmp_path, "pmem0p1"), tmp_path / "reports"
    assert lasting_folder(laptop, tmp_path, reports) is None
    laptop.put(KEEPER, "")
    assert lasting_folder(laptop, tmp_path, reports) == reports
    assert laptop.ran == [(*MOUNT, KEEPER, str(reports))]


def test_one_that_cannot_be_mounted_is_none(tmp_path: Path) -> None:
    laptop = started_from(tmp_path, "pmem0p1")
    laptop.put(KEEPER, "")
    laptop.fails["mount"] = "wrong fs type"
    assert lasting_folder(laptop, tmp_path, tmp_path / "reports") is None


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
