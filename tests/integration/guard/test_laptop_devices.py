"""A laptop's guard with its devices: what is plugged in counts, whatever its shell says of them."""

import asyncio
import os
from pathlib import Path

import pytest

from contract.words import Purpose
from kiosk.guarding import Guard
from kiosk.ipc import Connect, DevicesNow, ShellHello
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.clock import SystemClock, boot_id
from kiosk.lockdown.device_nodes import DeviceNodes
from kiosk.lockdown.enforcement import Held
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.laptop_devices import LaptopDevices
from kiosk.lockdown.lasting import lasting
from kiosk.lockdown.own import NOT_ENROLLED
from kiosk.lockdown.policy_in_force import policy_here
from tests.fakes.devices import OTHER_CAMERA, SHELL, USERS, lent_folder, needs_root, plugged_in
from tests.fakes.eventually import eventually

pytestmark = pytest.mark.skipif(not needs_root, reason="only root makes device nodes")
NONE = DevicesNow(camera=False, microphone=False, speaker=False)
ALL = DevicesNow(camera=True, microphone=True, speaker=True)


async def test_the_guards_own_look_counts_from_its_start_to_its_end(tmp_path: Path) -> None:
    with plugged_in(tmp_path) as plugged:
        plugged.plug_camera()
        plugged.plug_sound()
        lent_folder(tmp_path, SHELL)
        laptop = LaptopDevices(DeviceNodes(plugged.machine, USERS), SHELL)
        laptop.nodes.grant()  # another guard did, and was killed
        trail = AuditTrail.open(tmp_path, origin="visit-laptop", boot_id=boot_id(), clock=SystemClock())
        folders, socket = Folders(tmp_path, tmp_path), tmp_path / "guard.sock"
        policy = policy_here(folders, NOT_ENROLLED)
        guard = Guard(folders, lasting(trail, (), socket), policy, Held(None, (), devices=laptop))
        stop = asyncio.Event()
        running = asyncio.create_task(guard.run(stop))
        await eventually((tmp_path / "control.sock").exists, 20, "the guard listens")
        assert plugged.mode("snd/pcmC0D0c") == "0 600"
        assert not plugged.camera_node.exists()

        guard._hear(ShellHello(pid=os.getpid()))
        guard._hear(NONE)
        assert guard._day.session.view().devices == ALL
        plugged.unplug_camera()
        guard._day.device_changed()
        devices = guard._day.session.view().devices
        assert devices is not None
        assert not devices.camera
        plugged.plug_camera()
        guard._day.device_changed()
        assert guard._day.session.view().devices == ALL

        plugged.plug_camera("video4", OTHER_CAMERA)
        guard._hear(NONE)
        assert plugged.mode("video4") == "0 600"

        guard._day.gate.send(
            Connect(booking_id="b1", session="session-1", page="page-0001", purpose=Purpose.CALL, synthetic=False)
        )
        await eventually(plugged.camera_node.exists, 20, "the camera is handed out")
        stop.set()
        await running
        assert not plugged.camera_node.exists()
        trail.close()
