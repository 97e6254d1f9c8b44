"""The bench sees a sentence and a code also where the stick cannot be read, or where no Python gets to say one."""

import re
import sys
from pathlib import Path

import pytest

from installer.station import __main__ as station
from installer.station.faults import Fault, Stopped
from installer.station.install import Ended
from installer.station.screen import Screen
from installer.station.stick import MOUNT, STICK, mount_stick
from tests.fakes.bench import FakeLaptop

STICKS = Path(__file__).parents[3] / "installer/stick"
UNIT = (STICKS / "visit-station.service").read_text().splitlines()
LAST_UNIT = "visit-station-failed.service"
PYTHONS_OWN = {0, 1, 2}  # it went well, an exception, words that are not understood


def plain(said: list[str]) -> str:
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", " ".join(said)).split())


def test_the_stick_is_mounted_where_it_is_looked_for(tmp_path: Path) -> None:
    laptop = FakeLaptop(tmp_path / "root")
    mount_stick(laptop, tmp_path / "install/stick")
    assert laptop.ran == [(*MOUNT, STICK, str(tmp_path / "install/stick"))]


def test_one_that_cannot_be_mounted_stops_it(tmp_path: Path) -> None:
    laptop = FakeLaptop(tmp_path / "root")
    laptop.fails["mount"] = "wrong fs type"
    with pytest.raises(Stopped, match="wrong fs type") as stopped:
        mount_stick(laptop, tmp_path / "stick")
    assert stopped.value.fault is Fault.NO_STICK


def started(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], laptop: FakeLaptop, stick: Path
) -> tuple[object, str]:
    """The whole program, as its unit starts it and with Enter pressed: its status, and what was said."""
    monkeypatch.setattr(station, "Machine", lambda **_: laptop)
    monkeypatch.setattr(sys, "argv", ["station", "--wait", "--stick", str(stick)])
    monkeypatch.setattr(sys.stdin, "readline", lambda: "\n", raising=False)
    with pytest.raises(SystemExit) as ended:
        station.main()
    return ended.value.code, plain([capsys.readouterr().out])


def test_a_stick_that_was_pulled_out_is_said_and_stays_said_until_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    laptop = FakeLaptop(tmp_path / "root")
    laptop.fails["mount"] = f"mount: special device {STICK} does not exist."
    status, said = started(monkeypatch, capsys, laptop, tmp_path / "stick")
    assert status == station.STATUS[Ended.STOPPED]
    for words in ("STOPPED E23", Fault.NO_STICK.sentence, "does not exist", Fault.NO_STICK.remedy, "Press Enter"):
        assert words in said
    assert laptop.ran[-1] == station.POWER_OFF


def test_what_fails_before_the_installation_begins_has_a_code_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_folder(*_: object) -> None:
        raise OSError("too many links")

    monkeypatch.setattr(station, "lasting_folder", no_folder)
    laptop = FakeLaptop(tmp_path / "root")
    status, said = started(monkeypatch, capsys, laptop, tmp_path / "stick")
    assert status == station.STATUS[Ended.STOPPED]
    assert "STOPPED E99" in said
    assert "too many links" in said


def test_an_end_that_the_station_said_is_no_failure_of_its_unit_and_any_other_is() -> None:
    (line,) = [line for line in UNIT if line.startswith("SuccessExitStatus=")]
    good = {int(status) for status in line.partition("=")[2].split()}
    assert good == set(station.STATUS.values()) - {0}
    assert not good & PYTHONS_OWN
    assert f"OnFailure={LAST_UNIT}" in UNIT


def test_nothing_before_python_can_stop_it_without_a_word() -> None:
    assert all(line.startswith("ExecStartPre=-") for line in UNIT if line.startswith("ExecStartPre="))


def test_where_the_station_says_nothing_the_stick_says_what_it_would_have() -> None:
    said: list[str] = []
    Screen(said.append).bad(Stopped(Fault.UNFORESEEN))
    assert (STICKS / "failed").read_text() == "".join(f"{line}\n" for line in said)
    assert "ExecStart=/usr/bin/cat /run/station/failed" in (STICKS / LAST_UNIT).read_text().splitlines()


def test_all_units_of_the_stick_and_what_they_show_are_put_on_it() -> None:
    copies = [line for line in (STICKS / "make").read_text().splitlines() if line.startswith("cp ")]
    copied = {name for line in copies for name in re.findall(r'"\$here/([^"]+)"', line)}
    units = {path.name for path in STICKS.iterdir() if path.suffix in {".service", ".target", ".mount"}}
    assert {*units, "start.py", "failed"} <= copied
