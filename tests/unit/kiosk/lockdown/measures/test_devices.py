"""The measure of the devices: lost when a node is open to anybody at the wrong time, or anybody has one open."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.lockdown.device_nodes import DeviceNodes
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.devices import Devices
from kiosk.policy.measures import MeasureName, Severity, Verdict
from tests.fakes.devices import (
    CAMERA,
    MICROPHONE,
    OTHER_CAMERA,
    SHELL,
    SOUND,
    STRANGER,
    USERS,
    PluggedIn,
    needs_root,
    plugged_in,
    program,
)

pytestmark = pytest.mark.skipif(not needs_root, reason="only root makes device nodes")


class Bench:
    """The measure and what it looks at."""

    def __init__(self, devices: PluggedIn) -> None:
        self.devices, self.nodes = devices, DeviceNodes(devices.machine, USERS)
        self.measure = Devices(devices.machine, self.nodes)

    def lost(self) -> str:
        """Why it is lost; empty when it holds."""
        found = finding(self.measure)
        assert found.name is MeasureName.DEVICES
        assert found.severity is Severity.BLOCK
        return found.evidence if found.is_lost else ""

    def open_to(self, uid: int, name: str) -> Path:
        """A node of that device that this user may open, where nobody looks."""
        node = self.devices.dev / "elsewhere"
        os.mknod(node, 0o20600, (self.devices.dev / name).stat().st_rdev)
        os.chown(node, uid, uid)
        return node


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with plugged_in(tmp_path) as devices:
        devices.plug_camera()
        devices.plug_sound()
        bench = Bench(devices)
        bench.measure.apply()
        yield bench


def test_it_holds_outside_a_call_and_in_one_and_after_it(bench: Bench) -> None:
    assert bench.lost() == ""
    bench.nodes.grant()
    assert bench.lost() == ""
    bench.nodes.withdraw()
    assert bench.lost() == ""


@pytest.mark.parametrize("node", ["video0", "snd/pcmC0D0c", "snd/pcmC0D0p", "snd/controlC0", "snd/seq"])
def test_a_node_that_others_may_open_is_a_loss_that_names_it(bench: Bench, node: str) -> None:
    (bench.devices.dev / node).chmod(0o666)
    group = SOUND if node.startswith("snd/") else 44
    assert bench.lost() == f"/dev/{node} is 0:{group} 666, not root's alone"
    bench.measure.apply()
    assert bench.lost() == ""


def test_a_sound_node_that_udev_has_shut_in_a_call_is_no_loss_and_one_it_has_opened_is(bench: Bench) -> None:
    bench.nodes.grant()
    microphone = bench.devices.dev / "snd" / "pcmC0D0c"
    os.chown(microphone, 0, 0)
    microphone.chmod(0o600)
    assert bench.lost() == ""
    microphone.chmod(0o666)
    assert bench.lost() == f"/dev/snd/pcmC0D0c is 0:0 666, not 0:{SOUND} 660"


def test_a_camera_that_is_there_outside_a_call_is_a_loss(bench: Bench) -> None:
    bench.nodes.grant()
    made = DeviceNodes(bench.devices.machine, USERS)
    for node in bench.devices.dev.glob("snd/*"):
        node.chmod(0o600)
        os.chown(node, 0, 0)
    assert finding(Devices(bench.devices.machine, made)).evidence == (
        "/dev/visit/camera is there, and it is nobody's turn"
    )


@pytest.mark.parametrize("number", [OTHER_CAMERA, MICROPHONE])
def test_another_device_in_the_place_of_the_camera_is_a_loss(bench: Bench, number: int) -> None:
    bench.nodes.grant()
    bench.devices.camera_node.unlink()
    os.mknod(bench.devices.camera_node, 0o20600, number)
    os.chown(bench.devices.camera_node, SHELL, 0)
    assert bench.lost() == "/dev/visit/camera is not the camera"


def test_a_camera_that_others_may_open_in_a_call_is_a_loss(bench: Bench) -> None:
    bench.nodes.grant()
    bench.devices.camera_node.chmod(0o666)
    assert "/dev/visit/camera is" in bench.lost()


def test_a_process_that_has_a_device_open_outside_a_call_is_a_loss_that_names_it(bench: Bench) -> None:
    with program(bench.open_to(SHELL, "video0"), SHELL) as holder:
        assert f"process {holder.process.pid} " in bench.lost()


@pytest.mark.parametrize(
    ("uid", "device", "is_lost"),
    [
        (SHELL, "video0", False),
        (SHELL, "snd/pcmC0D0c", True),
        (SOUND, "video0", True),
        (SOUND, "snd/pcmC0D0c", False),
        (STRANGER, "video0", True),
        (STRANGER, "snd/pcmC0D0p", True),
    ],
)
def test_in_a_call_the_shell_may_have_the_camera_and_the_sound_server_the_sound(
    bench: Bench, uid: int, device: str, is_lost: bool
) -> None:
    bench.nodes.grant()
    with program(bench.open_to(uid, device), uid) as holder:
        assert holder.said == "open"
        assert ("has a device open" in bench.lost()) is is_lost


def test_a_device_that_only_root_has_open_for_a_moment_is_none(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    with program(bench.open_to(0, "video0"), 0) as udev:
        monkeypatch.setattr("time.sleep", lambda _seconds: udev.close())
        assert bench.lost() == ""


def test_a_device_that_root_keeps_is_a_loss(bench: Bench) -> None:
    with program(bench.open_to(0, "video0"), 0):
        assert "user 0) has a device open" in bench.lost()


def test_without_devices_it_holds(tmp_path: Path) -> None:
    (tmp_path / "proc").symlink_to("/proc")
    nodes = DeviceNodes(Machine(tmp_path), USERS)
    assert finding(Devices(Machine(tmp_path), nodes)).verdict is Verdict.HOLDS


def test_where_nobody_hands_out_devices_it_is_lost() -> None:
    assert finding(Devices(Machine(), None)).verdict is Verdict.LOST


def test_a_device_number_that_cannot_be_read_is_a_loss(bench: Bench) -> None:
    (bench.devices.root / "sys/class/video4linux/video0/dev").write_text("what")
    bench.devices.dev.joinpath("video0").chmod(0o600)
    assert CAMERA in {bench.devices.dev.joinpath("video0").stat().st_rdev}
    assert bench.lost() == ""  # its node in /dev says the same
