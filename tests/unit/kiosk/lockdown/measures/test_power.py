"""The measure *power*, on a laptop made of files: with the settings that the installer brings."""

import shutil
from pathlib import Path

import pytest

from kiosk.lockdown.measures.power import LOGIND, SLEEP, SLEEP_TARGETS
from kiosk.policy.measures import Severity, Verdict
from tests.fakes.files_laptop import Laptop


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    return Laptop(tmp_path)


def test_what_the_installer_brings_holds(laptop: Laptop) -> None:
    found = laptop.found()
    assert found.verdict is Verdict.HOLDS
    assert found.evidence == "sleep is masked, the keys are ignored; lid open; battery 80 %, discharging"


def test_a_laptop_without_lid_and_battery_holds_by_its_settings(laptop: Laptop) -> None:
    shutil.rmtree(laptop.root / "proc")
    shutil.rmtree(laptop.root / "sys")
    assert laptop.found().evidence == "sleep is masked, the keys are ignored"


@pytest.mark.parametrize("setting", [*LOGIND, *SLEEP])
def test_every_setting_is_needed(laptop: Laptop, setting: str) -> None:
    for place in laptop.root.glob("etc/systemd/*.conf.d/*.conf"):
        lines = place.read_text().splitlines()
        place.write_text("\n".join(line for line in lines if not line.startswith(f"{setting}=")))
    assert f"{setting} is not set" in laptop.is_lost(Severity.BLOCK)


@pytest.mark.parametrize("folder", ["etc", "run", "usr/lib"])
def test_a_later_file_that_says_otherwise_blocks(laptop: Laptop, folder: str) -> None:
    laptop.put(f"{folder}/systemd/logind.conf.d/zz.conf", "[Login]\nHandlePowerKey=poweroff\n")
    assert "HandlePowerKey is poweroff, not ignore" in laptop.is_lost(Severity.BLOCK)


def test_an_earlier_file_that_says_otherwise_does_not_count(laptop: Laptop) -> None:
    laptop.put("etc/systemd/logind.conf", "[Login]\n#HandleLidSwitch=hibernate\nHandlePowerKey=poweroff\n")
    laptop.put("usr/lib/systemd/logind.conf.d/visit-kiosk.conf", "[Login]\nHandlePowerKey=poweroff\n")
    assert laptop.found().verdict is Verdict.HOLDS


@pytest.mark.parametrize("target", SLEEP_TARGETS)
def test_every_way_to_sleep_must_be_masked(laptop: Laptop, target: str) -> None:
    (laptop.root / "etc/systemd/system" / target).unlink()
    assert laptop.is_lost(Severity.BLOCK) == f"not masked: {target}"


def test_a_target_that_is_a_file_is_not_masked(laptop: Laptop) -> None:
    place = laptop.root / "etc/systemd/system/suspend.target"
    place.unlink()
    place.write_text("[Unit]\n")
    assert "suspend.target" in laptop.is_lost(Severity.BLOCK)


def test_a_closed_lid_interrupts_and_an_open_one_lets_go_on(laptop: Laptop) -> None:
    laptop.put("proc/acpi/button/lid/LID0/state", "state:      closed\n")
    assert laptop.is_lost(Severity.INTERRUPT) == "the lid is closed"
    laptop.put("proc/acpi/button/lid/LID0/state", "state:      open\n")
    assert laptop.found().verdict is Verdict.HOLDS


@pytest.mark.parametrize("state", ["", "state: unsupported"])
def test_a_lid_that_does_not_say_open_counts_as_closed(laptop: Laptop, state: str) -> None:
    laptop.put("proc/acpi/button/lid/LID0/state", state)
    laptop.is_lost(Severity.INTERRUPT)


@pytest.mark.parametrize(("percent", "word"), [(19, "low"), (5, "low"), (4, "nearly empty"), (0, "nearly empty")])
def test_a_battery_that_runs_down_warns_and_never_more(laptop: Laptop, percent: int, word: str) -> None:
    laptop.battery(percent, "Discharging")
    assert laptop.is_lost(Severity.WARN) == f"the battery is {word}, {percent} %: plug in the charger"


@pytest.mark.parametrize(("percent", "status"), [(20, "Discharging"), (3, "Charging"), (3, "Full")])
def test_a_battery_that_lasts_or_charges_is_well(laptop: Laptop, percent: int, status: str) -> None:
    laptop.battery(percent, status)
    assert laptop.found().verdict is Verdict.HOLDS


def test_a_battery_that_says_nothing_warns(laptop: Laptop) -> None:
    (laptop.root / "sys/class/power_supply/BAT0/capacity").write_text("\n")
    assert "does not say" in laptop.is_lost(Severity.WARN)


def test_the_battery_of_a_mouse_is_not_the_laptops(laptop: Laptop) -> None:
    laptop.put("sys/class/power_supply/hid-1/type", "Battery\n")
    laptop.put("sys/class/power_supply/hid-1/scope", "Device\n")
    laptop.put("sys/class/power_supply/hid-1/capacity", "1\n")
    assert laptop.found().verdict is Verdict.HOLDS


def test_a_closed_lid_counts_for_more_than_a_low_battery(laptop: Laptop) -> None:
    laptop.battery(10, "Discharging")
    laptop.put("proc/acpi/button/lid/LID0/state", "state:      closed\n")
    assert laptop.is_lost(Severity.INTERRUPT).startswith("the lid is closed; the battery is low")
