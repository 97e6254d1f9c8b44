"""Composition root of the guard: the authority of the laptop. It has no screen and no network socket."""

import argparse
import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from contract.record import Cosigned
from kiosk.day_scenes import Place
from kiosk.errors import IllegalTransition, KioskError, Refused, Untrusted
from kiosk.ipc import (
    Alive,
    Asked,
    Connect,
    DevicesNow,
    DevicesShut,
    FromService,
    FromShell,
    KeysSwallowed,
    ProvenHere,
    ScreensNow,
    ShellHello,
)
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.catalogue import held_here
from kiosk.lockdown.clock import SystemClock, boot_id, boot_ms
from kiosk.lockdown.control_socket import ControlSocket
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.lockdown.enforcement import Enforcement, Held
from kiosk.lockdown.folders import Folders, folders_from, open_trail
from kiosk.lockdown.from_outside import as_seen
from kiosk.lockdown.heads import Heads
from kiosk.lockdown.ids import RandomIds
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.maintenance import Maintenance
from kiosk.lockdown.officer_desk import OfficerDesk
from kiosk.lockdown.officers import Officers
from kiosk.lockdown.pin_check import PinCheck
from kiosk.lockdown.power_button import PowerButton, power_devices
from kiosk.lockdown.recall import recall
from kiosk.lockdown.retention import Retention
from kiosk.lockdown.roster_watch import RosterWatch
from kiosk.lockdown.shell_care import ShellCare
from kiosk.lockdown.shell_process import ShellProcess
from kiosk.lockdown.shell_socket import ShellSocket
from kiosk.lockdown.swallowed_presses import SwallowedPresses
from kiosk.lockdown.trail_record import NoRecord, TrailRecord
from kiosk.policy.measures import Finding
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Around
from kiosk.scenes import Fault
from kiosk.session import Session
from kiosk.watchdog import Watchdog

LOG: Final = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 0.2
IDLE_LOOK_EVERY_S: Final = 1.0  # with no call there is nothing that a fifth of a second changes
IDLE_KEEP_EVERY_MS: Final = 10_000
POWER_LOOK_EVERY_MS: Final = 5_000  # a button's driver may be loaded after the guard has started
ONCE_A_SECOND_MS: Final = 1000 - 50  # a loop that wakes a little early does not wait for another turn
POWER: Final = "power button"


class Guard:
    """Session, sockets, record, lockdown and shell, joined. A machine without a platform is a DEMO."""

    def __init__(
        self, folders: Folders, shell_command: Sequence[str], numbers: Numbers, trail: AuditTrail | None, held: Held
    ) -> None:
        socket = folders.runtime / "guard.sock"
        self._laptop = held.devices
        self._numbers, self._boot_id = numbers, boot_id()
        clock, record = SystemClock(), NoRecord() if trail is None else TrailRecord(trail)
        barred = held.barred or (Fault.RECORD_BROKEN if trail is None else None)
        self._process = ShellProcess([*shell_command, "--guard", str(socket)]) if shell_command else None
        users = None if self._laptop is None else self._laptop.nodes.users
        self._shell = ShellCare(numbers, self._process, None if users is None else users.shell_uid)
        self._socket = ShellSocket(
            socket,
            is_shell=self._shell.may_be,
            on_fact=self._hear,
            on_gone=self._shell_gone,
            gid=None if self._laptop is None else self._laptop.shell_gid,
        )
        outside = Outside(self._socket.send, self._kill_shell, self._not_opened)
        self._gate = DeviceGate(numbers, record, outside, None if self._laptop is None else self._laptop.nodes)
        is_demo = held.platform is None
        around = Around(clock=clock, shell=self._gate, ids=RandomIds(), record=record, synthetic=is_demo)
        self._session = Session(Place(demo=is_demo, barred=barred), numbers=numbers, around=around)
        self._lockdown = Enforcement(held, record, self._session.lockdown_now, clock.boot_ms)
        self._maintenance = Maintenance(
            folders.runtime, numbers.maintenance, real=not is_demo, note=lambda event: record.note(event, {})
        )
        self._record = record
        self._swallowed = SwallowedPresses(clock, record.note)
        self._heads = None if trail is None else Heads(trail, self._socket.send)
        self._retention = None if trail is None else Retention(numbers.keep_audit, clock, trail.keep_since)
        self._pins = PinCheck(folders.state, clock, numbers, on_refused=self._pin_refused)
        self._roster = RosterWatch(Officers(folders.state), self._officers_changed)
        self._desk = OfficerDesk(self._session.deeds, self._pins, record, self._socket.send, self._keep)
        self._journal = JournalFile(folders.state / "journal.json")
        self._control = ControlSocket(folders.runtime / "control.sock", lambda: self._end_now("command"), self._checked)
        self._power = PowerButton(lambda: self._end_now(POWER))
        self._looked_ms = self._kept_ms = self._power_ms = boot_ms()
        self._watchdog = Watchdog()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; then end the shell and leave nothing behind."""
        self._gate.open()  # first: nothing stays open that another guard had opened
        async with contextlib.AsyncExitStack() as stack:
            self._watchdog.open()
            stack.callback(self._watchdog.close)
            stack.callback(self._journal.close)
            stack.callback(self._record.note, "guard_stopped", {})
            self._lockdown.refresh()  # nothing has been looked at: no call runs before it was
            stack.push_async_callback(self._lockdown.close)
            stack.callback(self._maintenance.close)
            recall(self._session, self._journal, self._boot_id, self._record)
            stack.callback(self._keep)
            stack.push_async_callback(self._gate.close)
            stack.callback(self._gate.shut_all)
            await self._socket.open()
            stack.push_async_callback(self._socket.close)
            await self._control.open()
            stack.push_async_callback(self._control.close)
            self._lockdown.engage()  # behind the sockets: END need not wait for a walk through the disk
            self._power.listen(power_devices())
            stack.callback(self._power.close)
            self._pins.open()
            stack.push_async_callback(self._pins.close)
            stack.push_async_callback(self._desk.close)
            if self._process is not None:
                self._process.start()
                stack.push_async_callback(self._process.stop)
            self._watchdog.ready()
            stack.callback(self._watchdog.stopping)
            await self._look_until(stop)

    async def _look_until(self, stop: asyncio.Event) -> None:
        second_ms = 0
        while not stop.is_set():
            wait_s = IDLE_LOOK_EVERY_S if self._session.call is None else LOOK_EVERY_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), wait_s)
            self._note_sleep()
            if self._looked_ms - second_ms >= ONCE_A_SECOND_MS:
                second_ms = self._looked_ms
                self._every_second()
            self._lockdown.refresh()
            self._session.tick()
            if (released_at_ms := self._session.fitness.released_at_ms) is not None:
                self._maintenance.begin((boot_ms() - released_at_ms) / 1000)
            self._watch_shell()
            self._keep(routine=True)

    def _every_second(self) -> None:
        self._watchdog.alive()
        self._socket.send(Alive())
        self._care_for_trail()
        self.device_changed()
        self._gate.look()
        self._swallowed.look()
        if self._looked_ms - self._power_ms >= POWER_LOOK_EVERY_MS:
            self._power_ms = self._looked_ms
            self._power.listen(power_devices())

    def _note_sleep(self) -> None:
        """A machine that slept was down: the boot-time clock counts sleep, the loop's does not."""
        now_ms, before_ms = boot_ms(), self._looked_ms
        self._looked_ms = now_ms
        if now_ms - before_ms > ms(self._numbers.shell_silent):
            self._session.shell_silent(now_ms - before_ms)

    def _care_for_trail(self) -> None:
        self._roster.look()
        if self._heads is not None and self._retention is not None:
            self._heads.carry(online=self._session.is_online)
            self._retention.look(self._session.sheet_issued_at)

    def _keep(self, *, routine: bool = False) -> None:
        """Have the day on the disk soon; with no call, and nothing that has happened, now and then is enough."""
        if routine and self._session.call is None and boot_ms() - self._kept_ms < IDLE_KEEP_EVERY_MS:
            return
        self._kept_ms = boot_ms()
        self._journal.keep(self._session.keep(self._boot_id).model_dump_json().encode())

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
        self._session.end_now(how)
        self._keep()
        if self._session.fitness.released and how == POWER:
            self._maintenance.restart()

    def _not_opened(self, connect: Connect) -> None:
        """Nothing could be recorded, so nothing opened: that is this laptop's doing, and is tried again."""
        self._session.could_not_open(connect.session)

    def _hear(self, fact: FromShell) -> None:
        self._shell.spoke()
        if isinstance(fact, DevicesNow) and self._laptop is not None:
            fact = self._laptop.follow()  # the shell cannot look outside a call
        match fact:
            case ShellHello():
                self._gate.shell_came()
            case DevicesShut():
                self._gate.devices_shut()
            case ProvenHere(findings=found):
                self._lockdown.shell_found(self._as_seen([each.finding for each in found]))
            case Asked():
                self._desk.ask(fact)
            case ScreensNow(names=names):
                self._lockdown.shell_draws_on(names)
            case KeysSwallowed(count=count):
                self._swallowed.heard(count)
            case FromService(answer=Cosigned(note=note)) if self._heads is not None:
                self._heads.cosigned(note)
            case _:
                pass
        try:
            self._session.hear(fact)
        except (Refused, Untrusted, IllegalTransition) as error:
            LOG.warning("%s: %s", type(error).__name__, error)
            self._session.tick()
        self._keep(routine=isinstance(fact, Alive | ProvenHere))

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

    def _officers_changed(self, numbers: list[str]) -> None:
        self._record.note("officers_changed", {"officers": numbers})

    def _pin_refused(self, number: str | None, wait_s: int) -> None:
        self._record.note("pin_refused", {"officer": number, "wait_s": wait_s})


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the guard: `kiosk-guard --runtime DIR [--state DIR] [-- SHELL COMMAND]`."""
    parser = argparse.ArgumentParser(prog="kiosk-guard", description="The authority of the laptop.")
    parser.add_argument(
        "--runtime", type=Path, required=True, help="folder for the sockets, writable by this user only"
    )
    parser.add_argument("--state", type=Path, help="folder for trail, journal and officers (default: RUNTIME/state)")
    parser.add_argument("shell", nargs="*", help="after --: the command that starts the shell")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="guard %(levelname)s %(message)s")
    try:
        asyncio.run(serve(folders_from(options.runtime, options.state), options.shell, held_here()))
    except KioskError as error:
        LOG.critical("the guard does not start: %s", error)
        raise SystemExit(2) from None


async def serve(folders: Folders, shell: Sequence[str], held: Held) -> None:
    """Run the guard of a machine that is `held` to its measures, until it is told to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    trail = open_trail(folders.state)
    try:
        await Guard(folders, shell, Numbers(), trail, held).run(stop)
    finally:
        if trail is not None:
            trail.close()


if __name__ == "__main__":
    main()
