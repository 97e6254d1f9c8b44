"""A laptop's devices and who uses them: what the guard knows of camera and sound without asking the shell."""

import logging
import pwd
from typing import Final

from kiosk.errors import LockdownError
from kiosk.ipc import DevicesNow
from kiosk.lockdown.device_list import Present
from kiosk.lockdown.device_nodes import DeviceNodes, Users
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import Platform

LOG: Final = logging.getLogger(__name__)


class LaptopDevices:
    """The shell cannot look for devices outside a call, so the guard looks for it, in /sys, and opens nothing."""

    def __init__(self, nodes: DeviceNodes, shell_gid: int) -> None:
        self.nodes, self.shell_gid = nodes, shell_gid
        self._known: Present | None = None

    def seen(self) -> DevicesNow:
        """What there is, as the shell would say it."""
        self._known = self.nodes.present()
        return DevicesNow(
            camera=self._known.camera is not None,
            microphone=self._known.microphone,
            speaker=self._known.speaker,
            other_camera=self._known.other_camera,
        )

    def have_changed(self) -> bool:
        """Whether there is something else than when it was last asked. Costs a look at two folders."""
        return self.nodes.present() != self._known

    def follow(self) -> DevicesNow:
        """Something was plugged or unplugged: shut it, or hand it out where a call has its turn; what there is now.

        A call goes on without what is gone. What cannot be shut is lost to `devices`, the measure, which looks.
        """
        try:
            self.nodes.device_changed()
        except OSError as error:
            LOG.error("the devices changed, and their nodes could not: %s", error)
        return self.seen()


def laptop_devices(machine: Machine, platform: Platform, camera_id: str | None = None) -> LaptopDevices:
    """The devices of the laptop that `platform` describes; `camera_id` (`vendor:product`) is policy's, if it names one.

    Raises LockdownError when one of its users is missing.
    """
    try:
        shell, sound = pwd.getpwnam(platform.shell_user), pwd.getpwnam(platform.sound_user)
    except KeyError as error:
        raise LockdownError(f"a user of this laptop is missing: {error}") from error
    if 0 in (shell.pw_uid, sound.pw_uid, shell.pw_gid, sound.pw_gid):
        raise LockdownError("the shell and the sound server may not be root")
    return LaptopDevices(
        DeviceNodes(machine, Users(shell.pw_uid, shell.pw_gid, sound.pw_uid, sound.pw_gid), camera_id), shell.pw_gid
    )
