"""Camera and sound are handed out for a call and taken away after it, with real nodes and real processes."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lockdown.device_list import Present
from kiosk.lockdown.device_nodes import DeviceNodes, Turn
from kiosk.lockdown.machine import Machine
from tests.fakes.devices import CAMERA, OTHER_CAMERA, SHELL, SOUND, USERS, PluggedIn, needs_root, plugged_in

pytestmark = pytest.mark.skipif(not needs_root, reason="only root makes device nodes")


@pytest.fixture
def devices(tmp_path: Path) -> Iterator[PluggedIn]:
    with plugged_in(tmp_path) as devices:
        devices.plug_camera()
        devices.plug_camera("video1", OTHER_CAMERA, index=1)
        devices.plug_sound()
        yield devices


@pytest.fixture
def nodes(devices: PluggedIn) -> DeviceNodes:
    return DeviceNodes(devices.machine, USERS)


def modes(devices: PluggedIn) -> set[str]:
    names = ("video0", "video1", "snd/pcmC0D0c", "snd/pcmC0D0p", "snd/controlC0", "snd/timer", "snd/seq")
    return {devices.mode(name) for name in names}


def test_outside_a_call_every_node_is_roots_alone(devices: PluggedIn, nodes: DeviceNodes) -> None:
    nodes.withdraw()
    assert modes(devices) == {"0 600"}
    assert not devices.camera_node.exists()
    assert nodes.turn is Turn.NOBODY


def test_in_a_call_the_shell_has_the_camera_and_the_sound_server_the_card(
    devices: PluggedIn, nodes: DeviceNodes
) -> None:
    nodes.grant()
    nodes.grant()
    assert devices.mode("visit/camera") == f"0:{SHELL} 660"
    assert devices.mode("visit") == f"0:{SHELL} 2710"
    assert devices.camera_node.stat().st_rdev == CAMERA
    assert {devices.mode(f"snd/{name}") for name in ("pcmC0D0c", "pcmC0D0p", "controlC0", "timer")} == {
        f"0:{SOUND} 660"
    }
    assert {devices.mode(name) for name in ("video0", "video1", "snd/seq")} == {"0 600"}
    assert nodes.turn is Turn.CALL


def test_after_the_call_everything_is_as_before(devices: PluggedIn, nodes: DeviceNodes) -> None:
    nodes.grant()
    nodes.withdraw()
    nodes.withdraw()
    assert modes(devices) == {"0 600"}
    assert list((devices.dev / "visit").iterdir()) == []
    assert nodes.turn is Turn.SETTLING


def test_another_guard_takes_away_what_one_that_was_killed_had_handed_out(
    devices: PluggedIn, nodes: DeviceNodes
) -> None:
    nodes.grant()
    DeviceNodes(devices.machine, USERS).withdraw()
    assert modes(devices) == {"0 600"}
    assert not devices.camera_node.exists()


def test_a_camera_unplugged_in_a_call_is_gone_and_one_plugged_in_is_handed_out(
    devices: PluggedIn, nodes: DeviceNodes
) -> None:
    nodes.grant()
    devices.unplug_camera()
    nodes.device_changed()
    assert not devices.camera_node.exists()
    devices.plug_camera("video2", OTHER_CAMERA)
    nodes.device_changed()
    assert devices.camera_node.stat().st_rdev == OTHER_CAMERA
    assert devices.mode("video2") == "0 600"


def test_what_is_plugged_in_outside_a_call_is_shut(devices: PluggedIn, nodes: DeviceNodes) -> None:
    nodes.withdraw()
    devices.plug_camera("video2", OTHER_CAMERA)
    nodes.device_changed()
    assert devices.mode("video2") == "0 600"
    assert not devices.camera_node.exists()


def test_what_cannot_be_handed_out_leaves_everything_shut(devices: PluggedIn, nodes: DeviceNodes) -> None:
    (devices.dev / "visit").rmdir()
    (devices.dev / "visit").write_text("in the way")
    with pytest.raises(OSError, match="Not a directory"):
        nodes.grant()
    assert modes(devices) == {"0 600"}
    assert nodes.turn is not Turn.CALL


def test_a_file_in_the_way_does_not_keep_the_rest_from_being_shut(devices: PluggedIn, nodes: DeviceNodes) -> None:
    nodes.grant()
    (devices.dev / "visit" / "folder").mkdir()
    with pytest.raises(OSError, match=r"."):
        nodes.withdraw()
    assert modes(devices) == {"0 600"}


def test_whoever_has_one_open_is_found_by_what_it_is_and_not_by_its_path(
    devices: PluggedIn, nodes: DeviceNodes
) -> None:
    assert nodes.holders() == ()
    number = devices.camera_node.parent.parent / "another-name"
    os.mknod(number, 0o20600, CAMERA)
    handle = os.open(number, os.O_RDONLY)
    try:
        assert nodes.holders() == ()  # the guard itself never counts
    finally:
        os.close(handle)


@pytest.mark.parametrize(("wanted", "found"), [(None, True), ("046d:0825", True), ("dead:beef", False)])
def test_the_camera_that_policy_names_is_used_or_none(tmp_path: Path, wanted: str | None, found: bool) -> None:
    with plugged_in(tmp_path) as devices:
        devices.plug_camera("video10", OTHER_CAMERA, usb_id="1234:5678")
        devices.plug_camera("video2", CAMERA, usb_id="046d:0825")
        camera = DeviceNodes(devices.machine, USERS, wanted).present().camera
        assert (camera is not None and camera.number == CAMERA) is found


def test_in_a_call_another_camera_does_not_take_the_place_of_the_one_that_policy_names(tmp_path: Path) -> None:
    with plugged_in(tmp_path) as devices:
        devices.plug_camera("video0", CAMERA, usb_id="046d:0825")
        nodes = DeviceNodes(devices.machine, USERS, "046d:0825")
        nodes.grant()
        devices.unplug_camera()
        devices.plug_camera("video1", OTHER_CAMERA, usb_id="1234:5678")
        nodes.device_changed()
        assert not devices.camera_node.exists()
        assert devices.mode("video1") == "0 600"
        assert nodes.present().other_camera
        devices.unplug_camera("video1")
        nodes.device_changed()
        assert not nodes.present().other_camera
        devices.plug_camera("video3", CAMERA, usb_id="046d:0825")
        nodes.device_changed()
        assert devices.camera_node.stat().st_rdev == CAMERA
        nodes.withdraw()


def test_what_there_is_is_told_without_opening_anything(tmp_path: Path) -> None:
    assert DeviceNodes(Machine(tmp_path), USERS).present() == Present(None, microphone=False, speaker=False)
