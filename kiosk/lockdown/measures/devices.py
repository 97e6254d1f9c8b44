"""Camera and microphone are out of reach outside a call, and nobody has them open. Looks; the gate hands out."""

import os
import stat
import time
from typing import Final

from kiosk.lockdown.device_list import numbers, real_nodes, sound_nodes
from kiosk.lockdown.device_nodes import CAMERA, FOLDER, DeviceNodes, Turn
from kiosk.lockdown.holders import ROOT, Holder, held
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, holds, lost
from kiosk.policy.measures import MeasureName, Severity

EVERY_S: Final = 2.0  # a look asks the kernel of every open file: some milliseconds
LOOK_AGAIN_AFTER_S: Final = 0.1  # udev opens a camera for a moment when it is plugged in


class Devices:
    """The nodes of camera and sound, and who has them open, against whose turn it is. Without `nodes` it is lost."""

    name = MeasureName.DEVICES
    threat = "A program that watches or listens when there is no call, or that goes on after the end of one."
    severity = Severity.BLOCK
    every_s = EVERY_S

    def __init__(self, machine: Machine, nodes: DeviceNodes | None) -> None:
        self._machine, self._nodes = machine, nodes

    def apply(self) -> None:
        """Shut everything that no call has. Raises OSError."""
        if self._nodes is not None:
            self._nodes.device_changed()

    def look(self) -> Look:
        """Look at every node, and at every process for who has one open; again if the turn changed meanwhile."""
        if self._nodes is None:
            return lost("this machine hands out no devices: the shell opens the camera by itself")
        turn = self._nodes.turn
        look = self._look(self._nodes, turn)
        return look if self._nodes.turn is turn else self._look(self._nodes, self._nodes.turn)

    def _look(self, nodes: DeviceNodes, turn: Turn) -> Look:
        wrong = self._wrong_node(nodes, turn) or self._wrong_holder(nodes, turn)
        if wrong is not None:
            return lost(wrong)
        return holds(f"{len(real_nodes(self._machine))} device nodes are root's alone; turn: {turn.value}")

    # ---- the nodes ----

    def _wrong_node(self, nodes: DeviceNodes, turn: Turn) -> str | None:
        in_call = turn is Turn.CALL
        sounding = sound_nodes(self._machine) if in_call else ()
        for node in real_nodes(self._machine):
            wrong = self._is_open(node)
            if wrong is not None and node in sounding:  # one that is shut in a call lets nobody in
                wrong = self._is_lent_wrongly(node, nodes.users.sound_gid)
            if wrong is not None:
                return wrong
        given = [f"{FOLDER}/{name}" for name in self._machine.names(FOLDER)]
        stray = [node for node in given if not in_call or node != CAMERA]
        if stray:
            return f"{stray[0]} is there, and it is nobody's turn"
        return self._wrong_camera(nodes) if given else None

    def _wrong_camera(self, nodes: DeviceNodes) -> str | None:
        camera, is_right = nodes.present().camera, False
        found = self._machine.path(CAMERA).lstat()
        if camera is not None:
            is_right = stat.S_ISCHR(found.st_mode) and found.st_rdev == camera.number
        if not is_right:
            return f"{CAMERA} is not the camera"
        return self._is_lent_wrongly(CAMERA, nodes.users.shell_gid)

    def _is_open(self, node: str) -> str | None:
        """What is wrong with a node that must be root's alone."""
        found = self._modes(node)
        if found is None or (found[0], found[2]) == (ROOT, 0o600):
            return None
        return f"{node} is {found[0]}:{found[1]} {found[2]:o}, not root's alone"

    def _is_lent_wrongly(self, node: str, gid: int) -> str | None:
        """What is wrong with a node that must be open to this group and to nobody else."""
        found = self._modes(node)
        if found is None or found == (ROOT, gid, 0o660):
            return None
        return f"{node} is {found[0]}:{found[1]} {found[2]:o}, not {ROOT}:{gid} 660"

    def _modes(self, node: str) -> tuple[int, int, int] | None:
        """Owner, group and mode; None for one that was unplugged while we looked."""
        try:
            found = self._machine.path(node).lstat()
        except FileNotFoundError:
            return None
        return found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)

    # ---- who has them open ----

    def _wrong_holder(self, nodes: DeviceNodes, turn: Turn) -> str | None:
        wrong = self._wrong_holders(nodes, turn)
        if wrong and all(holder.uid == ROOT for holder in wrong):
            time.sleep(LOOK_AGAIN_AFTER_S)
            again = self._wrong_holders(nodes, turn)
            wrong = tuple(holder for holder in again if holder in wrong or holder.uid != ROOT)
        return None if not wrong else f"process {wrong[0].pid} ({wrong[0].name}, user {wrong[0].uid}) has a device open"

    def _wrong_holders(self, nodes: DeviceNodes, turn: Turn) -> tuple[Holder, ...]:
        """Who has one that is not lent to them: the camera is the shell's in a call, all else the sound server's."""
        camera = None if turn is Turn.NOBODY else nodes.present().camera
        seeing = frozenset(() if camera is None else (camera.number,))
        return tuple(
            holder
            for holder, has in held(self._machine, numbers(self._machine)).items()
            if holder.pid != os.getpid() and self._is_wrong(nodes, turn, holder, has, seeing)
        )

    @staticmethod
    def _is_wrong(nodes: DeviceNodes, turn: Turn, holder: Holder, has: frozenset[int], seeing: frozenset[int]) -> bool:
        if turn is Turn.NOBODY:
            return True
        sees, hears = bool(has & seeing), bool(has - seeing)
        return (sees and holder.uid != nodes.users.shell_uid) or (hears and holder.uid != nodes.users.sound_uid)
