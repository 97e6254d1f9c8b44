"""The guard itself, joined of its parts: the authority of the laptop. It has no screen and no network socket."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from contract.readiness import CheckedFor
from contract.record import Cosigned
from kiosk.day_scenes import Place
from kiosk.errors import IllegalTransition, Refused, Unavailable, Untrusted
from kiosk.ipc import (
    Alive,
    Asked,
    CameraNow,
    CertificateArrived,
    Connect,
    DevicesNow,
    DevicesShut,
    FromService,
    FromShell,
    Key,
    KeysSwallowed,
    MediaNow,
    Painted,
    Pressed,
    ProvenHere,
    ScreensNow,
    SelfChecked,
    ShellHello,
)
from kiosk.lockdown.camera_record import CameraRecord
from kiosk.lockdown.clock import SystemClock, boot_ms
from kiosk.lockdown.clock_setting import ClockSetting
from kiosk.lockdown.control_socket import ControlSocket
from kiosk.lockdown.day_journal import DayJournal
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.lockdown.enforcement import Enforcement, Held
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.from_outside import as_seen
from kiosk.lockdown.ids import RandomIds
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.lasting import Lasting
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.maintenance import Maintenance
from kiosk.lockdown.officer_desk import OfficerDesk
from kiosk.lockdown.own import NOT_ENROLLED, Own
from kiosk.lockdown.own_checks import OwnChecks
from kiosk.lockdown.papers_here import PapersHere
from kiosk.lockdown.pin_check import PinCheck
from kiosk.lockdown.policy_in_force import PolicyInForce
from kiosk.lockdown.power_button import PowerButton, power_devices
from kiosk.lockdown.ready_desk import ReadyDesk
from kiosk.lockdown.shell_care import ShellCare
from kiosk.lockdown.shell_socket import ShellSocket
from kiosk.lockdown.swallowed_presses import SwallowedPresses
from kiosk.lockdown.trail_care import TrailCare
from kiosk.lockdown.trail_record import NoRecord, TrailRecord
from kiosk.lockdown.update_desk import UpdateDesk, UpdateRecord
from kiosk.lockdown.update_files import UpdateFiles
from kiosk.policy.measures import Finding
from kiosk.policy.numbers import ms
from kiosk.ports import Around
from kiosk.scenes import Fault
from kiosk.self_check import SelfCheck
from kiosk.session import Session

LOG: Final = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 0.2
IDLE_LOOK_EVERY_S: Final = 1.0  # with no call there is nothing that a fifth of a second changes
POWER_LOOK_EVERY_MS: Final = 5_000  # a button's driver may be loaded after the guard has started
ONCE_A_SECOND_MS: Final = 1000 - 50  # a loop that wakes a little early does not wait for another turn
POWER: Final = "power button"
SOCKET: Final = "guard.sock"


class Guard:
    """Session, sockets, record, lockdown and shell, joined. A machine without a platform is a DEMO."""

    def __init__(
        self, folders: Folders, lasting: Lasting, policy: PolicyInForce, held: Held, own: Own = NOT_ENROLLED
    ) -> None:
        self._laptop, trail = held.devices, lasting.trail
        self._policy, numbers = policy, policy.numbers
        self._numbers = numbers
        clock, record = SystemClock(), NoRecord() if trail is None else TrailRecord(trail)
        barred = held.barred or (Fault.RECORD_BROKEN if trail is None else None) or _unknown(own)
        self._process = lasting.process
        users = None if self._laptop is None else self._laptop.nodes.users
        self._shell = ShellCare(numbers, self._process, None if users is None else users.shell_uid)
        self._socket = ShellSocket(
            folders.runtime / SOCKET,
            is_shell=self._shell.may_be,
            on_fact=self._hear,
            on_gone=self._shell_gone,
            gid=None if self._laptop is None else self._laptop.shell_gid,
        )
        outside = Outside(self._socket.send, self._kill_shell, self._not_opened, self._not_checked)
        self._gate = DeviceGate(numbers, record, outside, None if self._laptop is None else self._laptop.nodes)
        is_demo = held.platform is None
        self._papers = PapersHere(folders, own, policy, record, self._believed_time)
        around = Around(
            clock=clock,
            shell=self._gate,
            ids=RandomIds(),
            record=record,
            documents=self._papers.day,
            synthetic=is_demo,
        )
        self._session = Session(
            Place(demo=is_demo, barred=barred or self._papers.fault), numbers=numbers, around=around
        )
        self._papers.serve(self._session, self._socket.send)
        looks = OwnChecks(Machine(), folders.state, self._session.fitness.wall, numbers)
        self._ready = SelfCheck(self._session, numbers, around, looks.found)
        self._lockdown = Enforcement(held, record, self._session.lockdown_now, clock.boot_ms)
        self._maintenance = Maintenance(
            folders.runtime, numbers.maintenance, real=not is_demo, note=lambda event: record.note(event, {})
        )
        self._clock_setting = ClockSetting(folders.runtime, clock, real=not is_demo, note=record.note)
        self._record = record
        self._identity = own.care(folders.state, record, clock)
        self._camera = CameraRecord(clock, record.note)
        self._swallowed = SwallowedPresses(clock, record.note)
        self._trail = TrailCare(trail, numbers, clock, self._socket.send)
        self._pins = PinCheck(self._papers.officers, folders.state, clock, numbers, on_refused=self._pin_refused)
        is_fresh = self._papers.check_officers_fresh
        self._journal = DayJournal(JournalFile(folders.state / "journal.json"), self._session, self._papers.pack)
        keep = self._journal.keep
        self._desk = OfficerDesk(self._session.deeds, self._pins, record, self._socket.send, keep, is_fresh)
        rules = None if policy.policy is None else policy.policy.updates
        self._updates = UpdateDesk(self._session, numbers, rules, is_quiet=self._is_quiet)
        self._update_record = UpdateRecord(UpdateFiles(folders.state), record)
        self._control = ControlSocket(
            folders.runtime / "control.sock",
            lambda: self._end_now("command"),
            {"check": self._checked, "update": self._updates.may_update, "healthy": self._updates.healthy},
            ReadyDesk(self._ready).answer,
            lambda found: record.note("drift_checked", {"found": ", ".join(found) or "nothing"}),
        )
        self._power = PowerButton(lambda: self._end_now(POWER))
        self._looked_ms = self._power_ms = boot_ms()
        self._watchdog = lasting.watchdog

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, and then end the shell; or until no call runs and a newer policy waits."""
        self._gate.open()  # first: nothing stays open that another guard had opened
        if self._identity is not None:
            self._identity.begin()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self._journal.close)
            stack.callback(self._stopped)
            self._papers.begin()
            self._use_camera()
            self._lockdown.refresh()  # nothing has been looked at: no call runs before it was
            stack.push_async_callback(self._lockdown.close)
            stack.callback(self._maintenance.close)
            self._journal.recall(self._record)
            self._papers.recall()
            stack.callback(self._journal.keep)
            stack.push_async_callback(self._gate.close)
            stack.callback(self._gate.shut_all)
            await self._socket.open()
            stack.push_async_callback(self._socket.close)
            await self._control.open()
            stack.push_async_callback(self._control.close)
            stack.push_async_callback(self._stop_check)
            self._lockdown.engage()  # behind the sockets: END need not wait for a walk through the disk
            self._power.listen(power_devices())
            stack.callback(self._power.close)
            self._pins.open()
            stack.push_async_callback(self._pins.close)
            stack.push_async_callback(self._desk.close)
            if self._process is not None:
                self._process.start()
                stack.push_async_callback(self._part_from_shell)
            self._watchdog.ready()
            await self._look_until(stop)

    async def _look_until(self, stop: asyncio.Event) -> None:
        second_ms = 0
        while not stop.is_set() and not (self._is_quiet() and self._policy.gives_way()):
            wait_s = IDLE_LOOK_EVERY_S if self._session.call is None else LOOK_EVERY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await stop.wait()
            self._note_sleep()
            if self._looked_ms - second_ms >= ONCE_A_SECOND_MS:
                second_ms = self._looked_ms
                self._every_second()
            self._lockdown.refresh()
            self._ready.look()
            self._session.checks_itself(self._ready.seen())
            self._session.tick()
            if (released_at_ms := self._session.fitness.released_at_ms) is not None:
                self._maintenance.begin((boot_ms() - released_at_ms) / 1000)
            self._watch_shell()
            self._journal.time_went_by()

    def _is_quiet(self) -> bool:
        """Whether nothing is lost when the guard is built anew: no call, none that is still explained, no check."""
        return self._session.call is None and not self._session.may_be_explained and not self._ready.is_running

    async def _stop_check(self) -> None:
        """Whoever waits for it is told, before the socket shuts."""
        self._ready.stop()
        await asyncio.sleep(0)  # each writes its answer now

    def _use_camera(self) -> None:
        if self._laptop is not None and self._policy.policy is not None:
            self._laptop.nodes.use_camera(self._policy.policy.camera.camera_id)

    async def _part_from_shell(self) -> None:
        """A guard that is only built anew leaves the shell to the next one."""
        if self._process is not None and not self._policy.is_over:
            await self._process.stop()

    def _stopped(self) -> None:
        if not self._policy.is_over:
            self._record.note("guard_stopped", {})

    def _every_second(self) -> None:
        self._watchdog.alive()
        self._socket.send(Alive())
        self._papers.look_at_officers()
        self._trail.look(online=self._session.is_online, sheet_issued_at=self._session.sheet_issued_at)
        self.device_changed()
        self._gate.look()
        self._swallowed.look()
        self._papers.look()
        self._update_record.look()
        self._clock_setting.look(self._session.fitness.wall, in_call=self._session.call is not None)
        if self._looked_ms - self._power_ms >= POWER_LOOK_EVERY_MS:
            self._power_ms = self._looked_ms
            self._power.listen(power_devices())

    def _note_sleep(self) -> None:
        """A machine that slept was down: the boot-time clock counts sleep, the loop's does not."""
        now_ms, before_ms = boot_ms(), self._looked_ms
        self._looked_ms = now_ms
        if now_ms - before_ms > ms(self._numbers.shell_silent):
            self._session.shell_silent(now_ms - before_ms)

    def device_changed(self) -> None:
        """Something may have been plugged or unplugged: hand it out or shut it, and let the day know what there is."""
        if self._laptop is not None and self._laptop.have_changed():
            devices = self._laptop.follow()
            if self._session.view().devices is not None:  # the shell is ready for any
                self._session.hear(devices)

    def _checked(self) -> str:
        return self._lockdown.answer(self._session.closed_by())

    # ---- the shell ----

    def _watch_shell(self) -> None:
        """A silent shell interrupts the call, and one that stays silent is killed; its keeper starts another."""
        if (silent_ms := self._shell.silent_ms()) is not None:
            self._session.shell_silent(silent_ms)
        if self._shell.is_hopeless(self._socket):
            LOG.error("the shell has been silent for too long; killing it")
            self._record.note("shell_killed", {"silent_ms": silent_ms or ms(self._numbers.shell_starts)})
            self._kill_shell()

    def _kill_shell(self) -> None:
        self._shell.end(self._socket, self._shell_gone)

    def _end_now(self, how: str) -> None:
        self._ready.stop()
        self._session.end_now(how)
        self._journal.keep()
        if self._session.fitness.released and how == POWER:
            self._maintenance.restart()

    def _not_opened(self, connect: Connect) -> None:
        """Nothing could be recorded, so nothing opened: that is this laptop's doing, and is tried again."""
        self._session.could_not_open(connect.session)

    def _not_checked(self) -> None:
        self._ready.not_opened()

    def _hear(self, fact: FromShell) -> None:
        self._shell.spoke()
        if isinstance(fact, DevicesNow) and self._laptop is not None:
            fact = self._laptop.follow()  # the shell cannot look outside a call
        try:
            self._attend(fact)
            self._session.checks_itself(self._ready.seen())
            self._session.hear(fact)
        except (Refused, Untrusted, Unavailable, IllegalTransition) as error:
            LOG.warning("%s: %s", type(error).__name__, error)
            self._papers.refused(fact, error)
            self._session.tick()
        else:
            for document in self._papers.to_hear_again(fact):
                self._hear(document)
        if isinstance(fact, Alive | MediaNow | ProvenHere):
            self._journal.time_went_by()
        else:
            self._journal.keep()

    def _attend(self, fact: FromShell) -> None:
        """What is the guard's own and not the day's. Raises Untrusted."""
        match fact:
            case ShellHello():
                self._updates.has_painted = False
                self._gate.shell_came()
            case Painted():
                self._updates.has_painted = True
            case CertificateArrived() if self._identity is not None:
                self._identity.arrived(fact, self._socket.send)
            case CameraNow(fault=fault):
                self._camera.heard(fault, None if self._session.call is None else self._session.call.booking.booking_id)
            case DevicesShut():
                self._gate.devices_shut()
            case ProvenHere(findings=found):
                self._lockdown.shell_found(self._as_seen([each.finding for each in found]))
            case Asked():
                self._desk.ask(fact)
            case SelfChecked() | Pressed():
                self._self_check(fact)
            case ScreensNow(names=names):
                self._lockdown.shell_draws_on(names)
            case KeysSwallowed(count=count):
                self._swallowed.heard(count)
            case FromService(answer=Cosigned(note=note)):
                self._trail.cosigned(note)
            case _:
                self._papers.hear(fact)

    def _self_check(self, fact: SelfChecked | Pressed) -> None:
        """A person who wants the laptop for a call does not wait for its check of itself."""
        match fact:
            case SelfChecked():
                self._ready.heard(fact)
            case Pressed(key=Key.CHECK_LAPTOP):
                self._ready.ask(CheckedFor.OFFICER)
            case Pressed(key=Key.OPEN_IDENTITY | Key.END_NOW):
                self._ready.stop()
            case Pressed():
                pass

    def _believed_time(self) -> datetime:
        """What the time is for a document: by the service's signed time, where there is one."""
        return self._session.fitness.wall.believed()

    def _as_seen(self, found: Sequence[Finding]) -> Sequence[Finding]:
        """What the shell says of itself, held against what the kernel says of it; a DEMO's shell is not."""
        pid = self._socket.shell_pid
        if self._laptop is None or pid is None:
            return found
        return as_seen(found, Machine(), pid, self._laptop.nodes.users.shell_uid)

    def _shell_gone(self) -> None:
        silent_ms = self._shell.gone()
        self._record.note("shell_gone", {})
        self._gate.shell_gone()
        self._lockdown.shell_gone()
        self._session.shell_now(up=False, silent_ms=silent_ms)

    def _pin_refused(self, number: str | None, wait_s: int) -> None:
        self._record.note("pin_refused", {"officer": number, "wait_s": wait_s})


def _unknown(own: Own) -> Fault | None:
    """A laptop that is nobody's opens no call."""
    return Fault.NOT_ENROLLED if own.identity is None else None
