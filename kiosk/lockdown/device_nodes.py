"""Hands camera and sound to the shell and the sound server for one call, and takes them away. Needs root.

The real nodes are root's alone outside a call. It changes modes and never owners: the image gives the sound cards'
nodes and the folder of the camera's node their groups, so that the guard needs no right to give files away. It judges
nothing: the gate says when.
"""

import contextlib
import logging
import os
import stat
import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from kiosk.lockdown.device_list import Camera, Present, find_camera, numbers, present, real_nodes, sound_nodes
from kiosk.lockdown.holders import Holder, end, holders
from kiosk.lockdown.machine import Machine

LOG: Final = logging.getLogger(__name__)
FOLDER: Final = "/dev/visit"  # on devtmpfs: /run is mounted so that no device works there
CAMERA: Final = f"{FOLDER}/camera"
ROOT: Final = 0
SETTLES_WITHIN_S: Final = 1.0  # after the end of a call: until then whoever had them may still be letting go


@dataclass(frozen=True)
class Users:
    """Who gets what in a call: the camera is the shell's group's, the sound cards are the sound server's group's."""

    shell_uid: int
    shell_gid: int
    sound_uid: int
    sound_gid: int


class Turn(StrEnum):
    """Whose turn it is with the devices."""

    NOBODY = "nobody"
    CALL = "call"
    SETTLING = "settling"  # the call is over, and it has a second to let go


class DeviceNodes:
    """The devices of one laptop. `camera_id` is `vendor:product` of the camera to use; by default the first one."""

    def __init__(self, machine: Machine, users: Users, camera_id: str | None = None) -> None:
        self._machine, self.users, self._wanted = machine, users, camera_id
        self._granted = False
        self._given: Camera | None = None
        self._withdrawn_at = float("-inf")
        self._one_at_a_time = threading.RLock()  # the gate's loop, and the thread that applies measures

    def use_camera(self, camera_id: str | None) -> None:
        """From now on the camera is this one; with None the first one."""
        self._wanted = camera_id

    @property
    def turn(self) -> Turn:
        """Whose turn it is, for whoever looks whether the machine agrees."""
        if self._granted:
            return Turn.CALL
        return Turn.SETTLING if time.monotonic() - self._withdrawn_at < SETTLES_WITHIN_S else Turn.NOBODY

    def present(self) -> Present:
        """What this machine has; nothing is opened for it."""
        return present(self._machine, self._wanted)

    def grant(self) -> None:
        """Hand out what there is. Safe twice. Raises OSError, and then nothing is handed out."""
        with self._one_at_a_time:
            self._granted = True
            try:
                self._give()
            except OSError:
                with contextlib.suppress(OSError):
                    self.withdraw()
                raise

    def withdraw(self) -> None:
        """Take everything away: nobody can open it again. Who has it open keeps it: see `holders`. Safe twice.

        Raises OSError when something could not be taken away; all else is.
        """
        with self._one_at_a_time:
            if self._granted:
                self._withdrawn_at = time.monotonic()
            self._granted, self._given = False, None
            self._take_all()

    def device_changed(self) -> None:
        """Something was plugged or unplugged: new nodes are shut, or handed out where a call has its turn."""
        with self._one_at_a_time:
            if self._granted:
                self._give()
            else:
                self.withdraw()

    def holders(self) -> tuple[Holder, ...]:
        """Who has any of the devices open. Raises OSError."""
        return tuple(holder for holder in holders(self._machine, numbers(self._machine)) if holder.pid != os.getpid())

    def end_holders(self) -> tuple[Holder, ...]:
        """Kill whoever still has one open, and say who that was. Raises OSError.

        Never a process of root's: udev looks into a camera that is plugged in, and root could kill the guard as well.
        """
        devices = numbers(self._machine)
        those = [holder for holder in self.holders() if holder.uid != ROOT]
        return tuple(holder for holder in those if end(self._machine, holder, devices))

    # ---- the nodes ----

    def _give(self) -> None:
        sounding = set(sound_nodes(self._machine))
        for node in real_nodes(self._machine):
            if node in sounding:
                self._lend(self._machine.path(node), self.users.sound_gid)
            else:
                self._shut(node)
        camera = find_camera(self._machine, self._wanted)
        if camera is None:
            self._take_camera()
        elif camera != self._given or not self._machine.has(CAMERA):
            self._take_camera()
            self._make_camera(camera)
        self._given = camera

    def _make_camera(self, camera: Camera) -> None:
        node = self._machine.path(CAMERA)
        os.mknod(node, stat.S_IFCHR | 0o600, camera.number)  # its group is that of the folder
        self._lend(node, self.users.shell_gid)

    def _take_all(self) -> None:
        failed: list[OSError] = []
        for take in (self._take_camera, *(lambda node=node: self._shut(node) for node in real_nodes(self._machine))):
            try:
                take()
            except OSError as error:
                failed.append(error)
        if failed:
            raise failed[0]

    def _take_camera(self) -> None:
        """Shut it before it is unlinked: who has it open could open it once more by way of /proc."""
        for name in self._machine.names(FOLDER):
            node = self._machine.path(f"{FOLDER}/{name}")
            with contextlib.suppress(FileNotFoundError):
                if not node.is_symlink():
                    node.chmod(0o600)
                node.unlink()

    def _shut(self, node: str) -> None:
        path = self._machine.path(node)
        with contextlib.suppress(FileNotFoundError):  # unplugged while we looked
            if stat.S_IMODE(path.lstat().st_mode) != 0o600:
                path.chmod(0o600)

    def _lend(self, path: Path, gid: int) -> None:
        """Open a node to its group, which must be the right one. Raises OSError."""
        with contextlib.suppress(FileNotFoundError):  # unplugged while we looked
            found = path.lstat()
            if (found.st_uid, found.st_gid) != (ROOT, gid):
                raise OSError(f"{path} is {found.st_uid}:{found.st_gid}, not {ROOT}:{gid}: look at udev and tmpfiles")
            path.chmod(0o660)
