"""What the guard finds by itself: clock, mains, disk, restart, drift; one that cannot be looked at costs no other."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from contract.readiness import CheckName
from kiosk.acceptance.drift import Subject
from kiosk.lockdown.drift_mark import DriftMark
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.own_checks import OwnChecks
from kiosk.policy.numbers import Numbers
from kiosk.policy.readiness import Found, Trouble
from kiosk.ports import Around
from kiosk.wall_clock import Said, WallClock
from tests.fakes.authority import PlainDocuments
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.record import FakeRecord
from tests.fakes.shell import FakeIds, FakeShell

Disk = Callable[[int, int], None]


class Bench:
    """A machine below a folder, and a clock that the service has an opinion of."""

    def __init__(self, root: Path) -> None:
        self.root, self.clock = root, FakeClock(NOON)
        around = Around(self.clock, FakeShell(), FakeIds(), FakeRecord(), PlainDocuments(), synthetic=False)
        self.wall = WallClock(around, Numbers())
        self.checks = OwnChecks(Machine(root), root, self.wall, Numbers())

    def says(self, path: str, text: str) -> None:
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def supply(self, name: str, **says: str) -> None:
        for what, text in says.items():
            self.says(f"sys/class/power_supply/{name}/{what}", text)

    def told(self, wrong_by_s: float) -> None:
        """The service says that the laptop's clock is ahead by so much."""
        now_ms = self.clock.boot_ms()
        self.wall.service_said(Said(NOON - timedelta(seconds=wrong_by_s), now_ms, now_ms))

    def found(self, check: CheckName) -> Found:
        return next(each for each in self.checks.found() if each.check is check)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    def has(free_mb: int, inodes: int) -> None:
        numbers = (4096, 1_000_000, 10**9, 10**9, free_mb, 1000, inodes, inodes, 0, 255)
        monkeypatch.setattr(os, "statvfs", lambda _: os.statvfs_result(numbers))

    return has


@pytest.mark.parametrize(
    ("wrong_by_s", "trouble", "found"),
    [
        (None, Trouble.CLOCK_UNTOLD, "the service has not said what the time is"),
        (0.4, None, "+0.4 s from the service's time, 60 allowed"),
        (-90, Trouble.CLOCK_WRONG, "-90.0 s from the service's time"),
    ],
)
def test_the_clock_is_judged_by_the_services(
    bench: Bench, wrong_by_s: float | None, trouble: Trouble | None, found: str
) -> None:
    if wrong_by_s is not None:
        bench.told(wrong_by_s)
    assert bench.found(CheckName.CLOCK) == Found(check=CheckName.CLOCK, trouble=trouble, found=found)


def test_a_clock_that_was_never_set_is_wrong(bench: Bench) -> None:
    bench.clock.set_wall(NOON.replace(year=2001))
    assert bench.found(CheckName.CLOCK).trouble is Trouble.CLOCK_WRONG


def test_a_machine_without_a_battery_is_on_mains(bench: Bench) -> None:
    assert bench.found(CheckName.MAINS).trouble is None


@pytest.mark.parametrize("kind", ["Mains", "USB"])
def test_a_charger_that_feeds_the_laptop_is_mains_whatever_the_battery_does(bench: Bench, kind: str) -> None:
    bench.supply("AC", type=kind, online="1")
    bench.supply("BAT0", type="Battery", capacity="7", status="Charging")
    assert bench.found(CheckName.MAINS) == Found(check=CheckName.MAINS, found="mains")


@pytest.mark.parametrize(("percent", "trouble"), [("61", Trouble.ON_BATTERY), ("19", Trouble.BATTERY_LOW)])
def test_without_the_charger_it_says_how_full_the_battery_is(bench: Bench, percent: str, trouble: Trouble) -> None:
    bench.supply("AC", type="Mains", online="0")
    bench.supply("BAT0", type="Battery", capacity=percent, status="Discharging")
    bench.supply("mouse", type="Battery", capacity="3", status="Discharging", scope="Device")
    expected = Found(check=CheckName.MAINS, trouble=trouble, found=f"on battery, {percent} %")
    assert bench.found(CheckName.MAINS) == expected


def test_a_full_battery_of_a_machine_that_shows_no_charger_is_no_trouble(bench: Bench) -> None:
    bench.supply("BAT0", type="Battery", capacity="100", status="Full")
    assert bench.found(CheckName.MAINS).trouble is None


def test_an_empty_bay_is_no_battery(bench: Bench) -> None:
    bench.supply("AC", type="Mains", online="0")
    bench.supply("BAT1", type="Battery", present="0", status="Unknown")
    assert bench.found(CheckName.MAINS) == Found(check=CheckName.MAINS, found="no battery")
    bench.supply("BAT0", type="Battery", present="1", capacity="90", status="Discharging")
    expected = Found(check=CheckName.MAINS, trouble=Trouble.ON_BATTERY, found="on battery, 90 %")
    assert bench.found(CheckName.MAINS) == expected


def test_of_two_batteries_the_fuller_one_counts(bench: Bench) -> None:
    bench.supply("AC", type="Mains", online="0")
    bench.supply("BAT0", type="Battery", capacity="5", status="Not charging")
    bench.supply("BAT1", type="Battery", capacity="90", status="Discharging")
    bench.supply("BAT2", type="Battery", status="Unknown")
    expected = Found(check=CheckName.MAINS, trouble=Trouble.ON_BATTERY, found="on battery, 90 %")
    assert bench.found(CheckName.MAINS) == expected


def test_a_battery_that_does_not_say_how_full_it_is_is_not_taken_for_an_empty_one(bench: Bench) -> None:
    bench.supply("AC", type="Mains", online="0")
    bench.supply("BAT0", type="Battery", status="Discharging")
    expected = Found(check=CheckName.MAINS, trouble=Trouble.ON_BATTERY, found="on battery, how full it does not say")
    assert bench.found(CheckName.MAINS) == expected


def test_what_cannot_be_read_has_not_answered_and_the_others_have(bench: Bench) -> None:
    bench.supply("BAT0", type="Battery", capacity="much", status="Discharging")
    assert bench.found(CheckName.MAINS).trouble is Trouble.NOT_ANSWERED
    assert bench.found(CheckName.RESTART).trouble is None


@pytest.mark.parametrize(
    ("free_mb", "inodes", "trouble"),
    [(9000, 100, None), (499, 100, Trouble.DISK_LOW), (49, 100, Trouble.DISK_FULL), (9000, 0, Trouble.DISK_FULL)],
)
def test_the_disk_needs_room_and_inodes(
    bench: Bench, disk: Disk, free_mb: int, inodes: int, trouble: Trouble | None
) -> None:
    disk(free_mb, inodes)
    found = bench.found(CheckName.DISK)
    assert found == Found(check=CheckName.DISK, trouble=trouble, found=f"{free_mb} MB free, 500 wanted")


@pytest.mark.parametrize(
    ("mark", "trouble"),
    [
        ("run/reboot-required", Trouble.RESTART_WAITS),
        ("run/visit-kiosk/update-pending", Trouble.RESTART_WAITS),
        ("var/lib/visit-kiosk/update-failed", Trouble.UPDATE_FAILED),
    ],
)
def test_an_update_that_waits_or_failed_is_said(bench: Bench, mark: str, trouble: Trouble) -> None:
    assert bench.found(CheckName.RESTART).trouble is None
    bench.says(mark, "1.2.3")
    assert bench.found(CheckName.RESTART).trouble is trouble


@pytest.mark.parametrize(
    ("subjects", "trouble", "found"),
    [
        ((), None, "as accepted"),
        ((Subject.LOCKDOWN,), None, "as accepted, but for measures that did not hold then"),
        ((Subject.REPORT,), Trouble.NOT_AS_ACCEPTED, "it has no acceptance report of its own"),
        (
            (Subject.HARDWARE, Subject.LOCKDOWN, Subject.USB),
            Trouble.NOT_AS_ACCEPTED,
            "not as accepted: hardware, USB devices",
        ),
        (
            tuple(each for each in Subject if each is not Subject.REPORT),
            Trouble.NOT_AS_ACCEPTED,
            "not as accepted: image, packages, privileged files, hardware, Secure Boot, USB devices, network",
        ),
    ],
)
def test_a_laptop_that_is_not_as_it_was_accepted_says_so_until_it_is(
    bench: Bench, subjects: tuple[str, ...], trouble: Trouble | None, found: str
) -> None:
    assert bench.found(CheckName.ACCEPTED).trouble is None
    DriftMark(bench.root).keep(["hardware"])
    DriftMark(bench.root).keep(subjects)
    os.utime(bench.root / "drift", (NOON.timestamp(), NOON.timestamp()))
    assert bench.found(CheckName.ACCEPTED) == Found(
        check=CheckName.ACCEPTED, trouble=trouble, found=f"{NOON.date()}: {found}"
    )
    DriftMark(bench.root).keep(())
    assert bench.found(CheckName.ACCEPTED).trouble is None


@pytest.mark.parametrize("content", [b"\xff", b""])
def test_a_comparison_that_was_damaged_is_no_good_one(bench: Bench, content: bytes) -> None:
    (bench.root / "drift").write_bytes(content)
    assert bench.found(CheckName.ACCEPTED).trouble is Trouble.NOT_AS_ACCEPTED


def test_on_a_full_disk_the_comparison_before_stays(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    mark = DriftMark(bench.root)
    mark.keep(["hardware"])
    (bench.root / ".drift.new").mkdir()  # in the way, as nothing can be written
    mark.keep([])
    assert bench.found(CheckName.ACCEPTED).trouble is Trouble.NOT_AS_ACCEPTED
    assert "is not kept" in caplog.text
