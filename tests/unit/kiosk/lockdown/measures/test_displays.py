"""The measure *displays*, on connectors made of files."""

import shutil
from pathlib import Path

import pytest

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.displays import Displays
from kiosk.policy.measures import Verdict
from tests.fakes.files_laptop import Screens


@pytest.fixture
def screens(tmp_path: Path) -> Screens:
    return Screens(tmp_path)


def test_the_built_in_panel_alone_holds(screens: Screens) -> None:
    found = finding(screens.measure)
    assert found.verdict is Verdict.HOLDS
    assert found.evidence == "card0-eDP-1 lit; 2 other connectors, all off or empty"


@pytest.mark.parametrize("kind", ["eDP", "LVDS", "DSI"])
def test_every_kind_of_panel_is_one(screens: Screens, kind: str) -> None:
    screens.connector("eDP-1", "disconnected")
    screens.connector(f"{kind}-1", "connected")
    assert finding(screens.measure).verdict is Verdict.HOLDS


@pytest.mark.parametrize("name", ["HDMI-A-1", "DP-1", "DVI-I-2", "VGA-1", "Virtual-1", "USB-3"])
@pytest.mark.parametrize("status", ["connected", "unknown", ""])
def test_a_second_screen_interrupts_and_says_what_to_do(screens: Screens, name: str, status: str) -> None:
    screens.connector(name, status)
    assert f"unplug the second screen: card0-{name} is {status}".strip() in screens.interrupts().evidence


def test_a_connector_that_is_lit_interrupts_though_it_says_that_nothing_is_there(screens: Screens) -> None:
    screens.connector("DP-1", "disconnected", "enabled")
    assert "card0-DP-1 is disconnected and lit" in screens.interrupts().evidence


def test_a_second_screen_that_is_unplugged_lets_the_call_go_on(screens: Screens) -> None:
    screens.connector("HDMI-A-1", "connected", "enabled")
    screens.interrupts()
    screens.connector("HDMI-A-1", "disconnected")
    assert finding(screens.measure).verdict is Verdict.HOLDS


def test_applying_turns_off_every_connector_but_the_panels(screens: Screens) -> None:
    screens.connector("HDMI-A-1", "connected", "enabled")
    screens.measure.apply()
    screens.measure.apply()
    said = {place.parent.name: place.read_text() for place in screens.folder.glob("card0-*/status")}
    assert said == {"card0-eDP-1": "connected\n", "card0-HDMI-A-1": "off", "card0-DP-1": "off"}


def test_a_connector_that_stays_on_after_it_was_turned_off_still_interrupts(screens: Screens) -> None:
    screens.connector("HDMI-A-1", "connected", "enabled")
    screens.measure.apply()
    screens.connector("HDMI-A-1", "connected", "enabled")  # what a driver that cannot would go on saying
    screens.interrupts()


def test_a_panel_that_is_gone_interrupts_and_comes_back(screens: Screens) -> None:
    screens.connector("eDP-1", "disconnected")
    assert screens.interrupts().evidence == "the built-in screen is not there: card0-eDP-1 is disconnected"
    screens.connector("eDP-1", "connected", "enabled")
    assert finding(screens.measure).verdict is Verdict.HOLDS


def test_no_panel_at_all_interrupts(screens: Screens, tmp_path: Path) -> None:
    (screens.folder / "card0-eDP-1").rename(tmp_path / "gone")
    assert "no such connector" in screens.interrupts().evidence


def test_no_connectors_interrupt_for_nobody_knows_where_the_picture_goes(screens: Screens, tmp_path: Path) -> None:
    screens.folder.rename(tmp_path / "gone")
    assert "could not look" in screens.interrupts().evidence
    with pytest.raises(OSError, match="no connectors"):
        screens.measure.apply()


def test_a_connector_that_cannot_be_read_interrupts(screens: Screens) -> None:
    (screens.folder / "card0-DP-1/status").unlink()
    assert "could not look" in screens.interrupts().evidence


def test_a_connector_into_memory_is_no_screen(screens: Screens) -> None:
    screens.connector("Writeback-1", "unknown")
    assert finding(screens.measure).verdict is Verdict.HOLDS


def test_a_platform_may_name_another_connector_as_its_own_screen(screens: Screens, tmp_path: Path) -> None:
    screens.connector("eDP-1", "disconnected")
    screens.connector("Virtual-1", "connected", "enabled")
    assert finding(Displays(Machine(tmp_path), panels=frozenset({"Virtual"}))).verdict is Verdict.HOLDS


def test_a_virtual_machine_has_an_emulated_panel_and_a_second_one_is_turned_off(screens: Screens) -> None:
    for place in screens.folder.glob("card0-*"):
        shutil.rmtree(place)
    screens.connector("Virtual-1", "connected", "enabled")
    assert finding(screens.measure).verdict is Verdict.HOLDS
    screens.connector("Virtual-2", "connected")
    assert "card0-Virtual-2 is connected" in screens.interrupts().evidence
    screens.measure.apply()
    said = {place.parent.name: place.read_text() for place in screens.folder.glob("card0-*/status")}
    assert said == {"card0-Virtual-1": "connected\n", "card0-Virtual-2": "off"}
