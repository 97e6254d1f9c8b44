"""What a machine is held to, also where the file that says so does not check out."""

import pytest

from kiosk.errors import LockdownError
from kiosk.lockdown import catalogue
from kiosk.lockdown.device_nodes import DeviceNodes
from kiosk.lockdown.laptop_devices import LaptopDevices
from kiosk.lockdown.machine import Machine
from kiosk.scenes import Fault
from tests.fakes.devices import SHELL, USERS


def test_where_the_image_does_not_check_out_the_shell_is_let_in_to_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its user is the one of every image; without it nobody may be the shell, and the screen says something else."""

    def broken(_machine: Machine) -> None:
        raise LockdownError("it does not check out")

    devices = LaptopDevices(DeviceNodes(Machine(), USERS), SHELL)
    monkeypatch.setattr(catalogue, "find_platform", broken)
    monkeypatch.setattr(catalogue, "laptop_devices", lambda _machine, _platform: devices)
    held = catalogue.held_here()
    assert held.barred is Fault.NOT_ITS_IMAGE
    assert held.platform is catalogue.BROKEN
    assert held.devices is devices


def test_where_its_users_are_missing_it_takes_no_call_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_machine: Machine, _platform: object) -> LaptopDevices:
        raise LockdownError("a user of this laptop is missing")

    monkeypatch.setattr(catalogue, "find_platform", lambda _machine: catalogue.NO_IMAGE)
    monkeypatch.setattr(catalogue, "laptop_devices", missing)
    held = catalogue.held_here()
    assert (held.barred, held.devices) == (Fault.NOT_ITS_IMAGE, None)
