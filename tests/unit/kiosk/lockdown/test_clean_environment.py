"""What the launcher keeps of an environment: named variables with proper values, and nothing of a hostile one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.lockdown.clean_environment import FIXED, ON_A_DESKTOP, ON_LAPTOP, RUNTIME, SOUND_SERVER, cleaned

NAMES = sorted({*ON_A_DESKTOP, *ON_LAPTOP, "HOME", "LD_PRELOAD", "PYTHONPATH", "QT_QPA_PLATFORM", "TMPDIR", "MORE"})
VALUES = st.sampled_from(["", "/x", ":0", "wayland-1", "unix:/p", "/run/visit-shell", "1", "/run/systemd/notify", "\n"])
ENVIRONMENTS = st.dictionaries(st.sampled_from(NAMES), VALUES | st.text(max_size=8))
HERE = Path("/tmp/run/shell")


@given(ENVIRONMENTS, st.booleans())
def test_cleaning_twice_changes_nothing(environment: dict[str, str], on_laptop: bool) -> None:
    once = cleaned(environment, on_laptop=on_laptop, runtime=HERE, more=("MORE",))
    assert cleaned(once, on_laptop=on_laptop, runtime=HERE, more=("MORE",)) == once


@given(ENVIRONMENTS)
def test_a_laptop_keeps_only_what_its_unit_may_say(environment: dict[str, str]) -> None:
    kept = cleaned(environment, on_laptop=True, runtime=RUNTIME, more=("MORE",))
    assert kept.keys() <= {*FIXED, *ON_LAPTOP, "HOME", "TMPDIR", "QT_QPA_PLATFORM", "PULSE_SERVER"}
    assert kept["QT_QPA_PLATFORM"] == "wayland"
    assert kept["PULSE_SERVER"] == SOUND_SERVER
    assert kept["XDG_RUNTIME_DIR"] == kept["HOME"] == str(RUNTIME)


@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({"WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}, "wayland"),
        ({"DISPLAY": ":99", "QT_QPA_PLATFORM": "vnc"}, "xcb"),
        ({"DISPLAY": "", "QT_QPA_PLATFORM": "vnc"}, "offscreen"),
        ({"DISPLAY": "elsewhere:0"}, "offscreen"),
    ],
)
def test_what_draws_is_decided_by_what_there_is(environment: dict[str, str], platform: str) -> None:
    assert cleaned(environment, on_laptop=False, runtime=HERE)["QT_QPA_PLATFORM"] == platform


def test_a_desktops_display_and_sound_are_still_known_by_their_files(tmp_path: Path) -> None:
    (tmp_path / ".Xauthority").touch()
    kept = cleaned({"HOME": str(tmp_path), "DISPLAY": ":0"}, on_laptop=False, runtime=HERE)
    assert kept["XAUTHORITY"] == str(tmp_path / ".Xauthority")
    assert kept["HOME"] == str(HERE)


@pytest.mark.parametrize(
    ("place", "kept"),
    [("/run/credentials/visit-shell.service", True), ("/run/credentials/other.service", False), ("/tmp/mine", False)],
)
def test_a_laptops_key_is_where_systemd_puts_it_for_this_unit_and_nowhere_else(place: str, kept: bool) -> None:
    given = {"CREDENTIALS_DIRECTORY": place, "DBUS_SESSION_BUS_ADDRESS": "unix:path=/tmp/bus"}
    found = cleaned(given, on_laptop=True, runtime=RUNTIME)
    assert ("CREDENTIALS_DIRECTORY" in found) is kept
    assert "DBUS_SESSION_BUS_ADDRESS" not in found


@pytest.mark.parametrize(
    ("bus", "kept"), [("unix:path=/run/user/1000/bus", True), ("tcp:host=evil.example,port=1", False), ("", False)]
)
def test_a_desktops_keyring_is_asked_on_a_bus_of_this_machine_only(bus: str, kept: bool) -> None:
    found = cleaned({"DBUS_SESSION_BUS_ADDRESS": bus}, on_laptop=False, runtime=HERE)
    assert ("DBUS_SESSION_BUS_ADDRESS" in found) is kept
