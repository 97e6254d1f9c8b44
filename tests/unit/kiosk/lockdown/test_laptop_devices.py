"""The guard says which devices there are, from /sys: the shell cannot look outside a call."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kiosk.errors import LockdownError
from kiosk.ipc import DevicesNow
from kiosk.lockdown.device_nodes import DeviceNodes
from kiosk.lockdown.laptop_devices import LaptopDevices, laptop_devices
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import Platform
from tests.fakes.devices import OTHER_CAMERA, SHELL, SOUND, USERS, PluggedIn, needs_root, plugged_in

root_only = pytest.mark.skipif(not needs_root, reason="only root makes device nodes")


@pytest.fixture
def plugged(tmp_path: Path) -> Iterator[PluggedIn]:
    with plugged_in(tmp_path) as plugged:
        yield plugged


@root_only
def test_what_is_plugged_in_is_what_there_is(plugged: PluggedIn) -> None:
    laptop = LaptopDevices(DeviceNodes(plugged.machine, USERS), SHELL)
    assert laptop.seen() == DevicesNow(camera=False, microphone=False, speaker=False)
    plugged.plug_camera()
    assert laptop.have_changed()
    assert laptop.follow() == DevicesNow(camera=True, microphone=False, speaker=False)
    plugged.plug_sound()
    assert laptop.follow() == DevicesNow(camera=True, microphone=True, speaker=True)
    assert not laptop.have_changed()


@root_only
def test_a_camera_that_is_not_the_one_to_use_is_said_to_be_another(plugged: PluggedIn) -> None:
    laptop = LaptopDevices(DeviceNodes(plugged.machine, USERS, "046d:0825"), SHELL)
    plugged.plug_camera(usb_id="1234:5678")
    assert laptop.seen() == DevicesNow(camera=False, microphone=False, speaker=False, other_camera=True)
    plugged.plug_camera("video1", OTHER_CAMERA, usb_id="046d:0825")
    assert laptop.have_changed()
    assert laptop.follow() == DevicesNow(camera=True, microphone=False, speaker=False)


@root_only
def test_what_is_plugged_in_is_shut_when_it_is_seen(plugged: PluggedIn) -> None:
    laptop = LaptopDevices(DeviceNodes(plugged.machine, USERS), SHELL)
    plugged.plug_camera()
    assert plugged.mode("video0") == "0:44 660"
    laptop.follow()
    assert plugged.mode("video0") == "0 600"


@root_only
def test_another_camera_in_the_place_of_the_one_that_was_there_is_a_change(plugged: PluggedIn) -> None:
    plugged.plug_camera()
    laptop = LaptopDevices(DeviceNodes(plugged.machine, USERS), SHELL)
    laptop.seen()
    plugged.unplug_camera()
    plugged.plug_camera("video0", OTHER_CAMERA)
    assert laptop.have_changed()


@root_only
def test_a_node_that_cannot_be_made_does_not_stop_the_guard(plugged: PluggedIn) -> None:
    nodes = DeviceNodes(plugged.machine, USERS)
    nodes.grant()
    plugged.plug_camera()
    (plugged.dev / "visit").rmdir()
    (plugged.dev / "visit").write_text("in the way")
    assert LaptopDevices(nodes, SHELL).follow().camera


def test_the_users_are_those_that_the_platform_names(monkeypatch: pytest.MonkeyPatch) -> None:
    users = {"visit-shell": SHELL, "visit-sound": SOUND}
    monkeypatch.setattr("pwd.getpwnam", lambda name: SimpleNamespace(pw_uid=users[name], pw_gid=users[name]))
    laptop = laptop_devices(Machine(), Platform(name="test"))
    assert laptop.nodes.users == USERS
    assert laptop.shell_gid == SHELL


@pytest.mark.parametrize("name", ["nobody-by-that-name", "root"])
def test_a_user_that_is_missing_or_root_stops_the_guard(name: str) -> None:
    with pytest.raises(LockdownError):
        laptop_devices(Machine(), Platform(name="test", shell_user=name, sound_user=name))
