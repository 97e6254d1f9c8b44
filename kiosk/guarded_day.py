"""The laptop's day with all that guards it joined: record, shell, gate, papers, check, lockdown. It opens no socket."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from kiosk.day_scenes import Place
from kiosk.ipc import Connect, FromShell
from kiosk.lockdown.clock import SystemClock
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.lockdown.enforcement import Enforcement, Held
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.from_outside import as_seen
from kiosk.lockdown.ids import RandomIds
from kiosk.lockdown.lasting import Lasting
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.own import Own
from kiosk.lockdown.own_checks import OwnChecks
from kiosk.lockdown.papers_here import PapersHere
from kiosk.lockdown.policy_in_force import PolicyInForce
from kiosk.lockdown.shell_care import ShellCare
from kiosk.lockdown.shell_socket import ShellSocket
from kiosk.lockdown.trail_record import NoRecord, TrailRecord
from kiosk.policy.measures import Finding
from kiosk.policy.numbers import ms
from kiosk.ports import Around
from kiosk.scenes import Fault
from kiosk.self_check import SelfCheck
from kiosk.session import Session

LOG: Final = logging.getLogger(__name__)
SOCKET: Final = "guard.sock"


@dataclass(frozen=True)
class Given:
    """What a guard is built of, each time anew."""

    folders: Folders
    lasting: Lasting
    policy: PolicyInForce
    held: Held
    own: Own

    @property
    def is_demo(self) -> bool:
        """Whether the machine has no platform."""
        return self.held.platform is None

    @property
    def barred(self) -> Fault | None:
        """What keeps every call from opening: a laptop that is nobody's, or has no record, opens none."""
        nobodys = Fault.NOT_ENROLLED if self.own.identity is None else None
        return self.held.barred or (Fault.RECORD_BROKEN if self.lasting.trail is None else None) or nobodys


class GuardedDay:
    """`hear` gets each message of the shell. Whoever runs the guard opens, looks and closes, in its order."""

    def __init__(self, given: Given, hear: Callable[[FromShell], None]) -> None:
        folders, policy, trail = given.folders, given.policy, given.lasting.trail
        self.laptop, self.numbers = given.held.devices, policy.numbers
        self.clock = SystemClock()
        self.record = NoRecord() if trail is None else TrailRecord(trail)
        users = None if self.laptop is None else self.laptop.nodes.users
        self._shell = ShellCare(self.numbers, given.lasting.process, None if users is None else users.shell_uid)
        self.socket = ShellSocket(
            folders.runtime / SOCKET,
            is_shell=self._shell.may_be,
            on_fact=hear,
            on_gone=self._shell_gone,
            gid=None if self.laptop is None else self.laptop.shell_gid,
        )
        outside = Outside(self.socket.send, self.kill_shell, self._not_opened, self._not_checked)
        nodes = None if self.laptop is None else self.laptop.nodes
        self.gate = DeviceGate(self.numbers, self.record, outside, nodes)
        self.papers = PapersHere(folders, given.own, policy, self.record, self._believed_time)
        around = Around(
            clock=self.clock,
            shell=self.gate,
            ids=RandomIds(),
            record=self.record,
            documents=self.papers.day,
            synthetic=given.is_demo,
        )
        place = Place(demo=given.is_demo, barred=given.barred or self.papers.fault)
        self.session = Session(place, numbers=self.numbers, around=around)
        self.papers.serve(self.session, self.socket.send)
        looks = OwnChecks(Machine(), folders.state, self.session.fitness.wall, self.numbers)
        self.ready = SelfCheck(self.session, self.numbers, around, looks.found)
        self.lockdown = Enforcement(given.held, self.record, self.session.lockdown_now, self.clock.boot_ms)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is lost when the guard is built anew: no call, none that is still explained, no check."""
        return self.session.call is None and not self.session.may_be_explained and not self.ready.is_running

    def look(self) -> None:
        """Time has passed, for the lockdown, the check and the session, in this order."""
        self.lockdown.refresh()
        self.ready.look()
        self.session.checks_itself(self.ready.seen())
        self.session.tick()

    def device_changed(self) -> None:
        """Something may have been plugged or unplugged: hand it out or shut it, and let the day know what there is."""
        if self.laptop is not None and self.laptop.have_changed():
            devices = self.laptop.follow()
            if self.session.view().devices is not None:  # the shell is ready for any
                self.session.hear(devices)

    # ---- the shell ----

    def shell_spoke(self) -> None:
        """It said something."""
        self._shell.spoke()

    def watch_shell(self) -> None:
        """A silent shell interrupts the call, and one that stays silent is killed; its keeper starts another."""
        if (silent_ms := self._shell.silent_ms()) is not None:
            self.session.shell_silent(silent_ms)
        if self._shell.is_hopeless(self.socket):
            LOG.error("the shell has been silent for too long; killing it")
            self.record.note("shell_killed", {"silent_ms": silent_ms or ms(self.numbers.shell_starts)})
            self.kill_shell()

    def kill_shell(self) -> None:
        """End it; its keeper starts another."""
        self._shell.end(self.socket, self._shell_gone)

    def shell_found(self, found: Sequence[Finding]) -> None:
        """What the shell says of itself, held against what the kernel says of it; a DEMO's shell is not."""
        pid = self.socket.shell_pid
        if self.laptop is not None and pid is not None:
            found = as_seen(found, Machine(), pid, self.laptop.nodes.users.shell_uid)
        self.lockdown.shell_found(found)

    def _shell_gone(self) -> None:
        silent_ms = self._shell.gone()
        self.record.note("shell_gone", {})
        self.gate.shell_gone()
        self.lockdown.shell_gone()
        self.session.shell_now(up=False, silent_ms=silent_ms)

    def _not_opened(self, connect: Connect) -> None:
        """Nothing could be recorded, so nothing opened: that is this laptop's doing, and is tried again."""
        self.session.could_not_open(connect.session)

    def _not_checked(self) -> None:
        self.ready.not_opened()

    def _believed_time(self) -> datetime:
        """What the time is for a document: by the service's signed time, where there is one."""
        return self.session.fitness.wall.believed()
