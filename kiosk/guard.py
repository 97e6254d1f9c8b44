"""Composition root of the guard: the authority of the laptop. It has no screen and no network socket."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from contract.record import Cosigned
from kiosk.day_scenes import Place
from kiosk.errors import IllegalTransition, KioskError, LockdownError, Refused, Untrusted
from kiosk.ipc import Alive, Asked, Connect, DevicesShut, FromService, FromShell, ShellHello
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.clock import SystemClock, boot_id, boot_ms
from kiosk.lockdown.control_socket import ControlSocket
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.lockdown.heads import Heads
from kiosk.lockdown.ids import RandomIds
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.officer_desk import OfficerDesk
from kiosk.lockdown.officers import Officers
from kiosk.lockdown.pin_check import PinCheck
from kiosk.lockdown.power_button import PowerButton, power_devices
from kiosk.lockdown.recall import recall
from kiosk.lockdown.retention import Retention
from kiosk.lockdown.roster_watch import RosterWatch
from kiosk.lockdown.shell_process import ShellProcess
from kiosk.lockdown.shell_socket import ShellSocket, is_of_our_group, own_uid
from kiosk.lockdown.trail_record import NoRecord, TrailRecord
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Around
from kiosk.scenes import Fault
from kiosk.session import Session

LOG: Final = logging.getLogger(__name__)
ORIGIN: Final = "visit-laptop"  # the name the trail is signed under, until enrolment gives it one
LOOK_EVERY_S: Final = 0.2
SAY_ALIVE_EVERY: Final = 5  # looks


@dataclass(frozen=True)
class Folders:
    """Where the guard works: `runtime` for its sockets, gone at a reboot; `state` for what must outlast it."""

    runtime: Path
    state: Path


class Guard:
    """Session, sockets, record and shell, joined. Nothing in this version proves a lockdown: it is always a DEMO."""

    def __init__(
        self, folders: Folders, shell_command: Sequence[str], numbers: Numbers, trail: AuditTrail | None
    ) -> None:
        socket = folders.runtime / "guard.sock"
        self._numbers, self._boot_id = numbers, boot_id()
        clock, record = SystemClock(), NoRecord() if trail is None else TrailRecord(trail)
        barred = Fault.RECORD_BROKEN if trail is None else None
        self._socket = ShellSocket(socket, is_shell=self._is_shell, on_fact=self._hear, on_gone=self._shell_gone)
        self._gate = DeviceGate(numbers, record, Outside(self._socket.send, self._kill_shell, self._not_opened))
        around = Around(clock=clock, shell=self._gate, ids=RandomIds(), record=record, synthetic=True)
        self._session = Session(Place(demo=True, barred=barred), numbers=numbers, around=around)
        self._record = record
        self._heads = None if trail is None else Heads(trail, self._socket.send)
        self._retention = None if trail is None else Retention(numbers.keep_audit, clock, trail.keep_since)
        self._pins = PinCheck(folders.state, clock, numbers, on_refused=self._pin_refused)
        self._roster = RosterWatch(Officers(folders.state), self._officers_changed)
        self._desk = OfficerDesk(self._session, self._pins, record, self._socket.send, self._keep)
        self._journal = JournalFile(folders.state / "journal.json")
        self._control = ControlSocket(folders.runtime / "control.sock", lambda: self._end_now("command"))
        self._power = PowerButton(lambda: self._end_now("power button"))
        self._process = ShellProcess([*shell_command, "--guard", str(socket)]) if shell_command else None
        self._heard_at = time.monotonic()  # not counting sleep: a laptop that wakes has a shell that wakes
        self._has_spoken = False  # the shell that runs now
        self._looked_ms = boot_ms()

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; then end the shell and leave nothing behind."""
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self._journal.close)
            stack.callback(self._record.note, "guard_stopped", {})
            recall(self._session, self._journal, self._boot_id, self._record)
            stack.callback(self._keep)
            stack.push_async_callback(self._gate.close)
            await self._socket.open()
            stack.push_async_callback(self._socket.close)
            await self._control.open()
            stack.push_async_callback(self._control.close)
            self._power.listen(power_devices())
            stack.callback(self._power.close)
            self._pins.open()
            stack.push_async_callback(self._pins.close)
            stack.push_async_callback(self._desk.close)
            if self._process is not None:
                self._process.start()
                stack.push_async_callback(self._process.stop)
            await self._look_until(stop)

    async def _look_until(self, stop: asyncio.Event) -> None:
        looks = 0
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)
            looks += 1
            self._note_sleep()
            if looks % SAY_ALIVE_EVERY == 0:
                self._socket.send(Alive())
                self._care_for_trail()
            self._session.tick()
            self._watch_shell()
            self._keep()

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

    def _keep(self) -> None:
        self._journal.keep(self._session.keep(self._boot_id).model_dump_json().encode())

    # ---- the shell ----

    def _watch_shell(self) -> None:
        """A silent shell interrupts the call, and one that stays silent is killed; the keeper starts another."""
        silent_s = time.monotonic() - self._heard_at
        if self._has_spoken and silent_s > self._numbers.shell_silent.total_seconds():
            self._session.shell_silent(round(silent_s * 1000))
        if self._process is not None and silent_s * 1000 > self._patience_ms():
            LOG.error("the shell has been silent for %.1f s; killing it", silent_s)
            self._record.note("shell_killed", {"silent_ms": round(silent_s * 1000)})
            self._kill_shell()

    def _patience_ms(self) -> int:
        """How long a shell may be silent: longest while it starts."""
        return ms(self._numbers.shell_dead if self._has_spoken else self._numbers.shell_starts)

    def _kill_shell(self) -> None:
        """End a shell of our own; one that somebody else started loses its line, and shuts its devices itself."""
        if self._process is not None:
            self._process.kill()
            self._shell_gone()
        else:
            self._socket.drop()

    def _end_now(self, how: str) -> None:
        self._session.end_now(how)
        self._keep()

    def _not_opened(self, connect: Connect) -> None:
        """Nothing could be recorded, so nothing opened: that is this laptop's doing, and is tried again."""
        self._session.could_not_open(connect.session)

    def _is_shell(self, uid: int, pid: int) -> bool:
        """Whether this may be the shell: our own user and, where we start the shell, of our own process group.

        A shell that outlived another guard is neither; it ends by itself.
        """
        return uid == own_uid() and (self._process is None or is_of_our_group(pid))

    def _hear(self, fact: FromShell) -> None:
        self._heard_at, self._has_spoken = time.monotonic(), True
        match fact:
            case ShellHello():
                self._gate.shell_came()
            case DevicesShut():
                self._gate.devices_shut()
            case Asked():
                self._desk.ask(fact)
            case FromService(answer=Cosigned(note=note)) if self._heads is not None:
                self._heads.cosigned(note)
            case _:
                pass
        try:
            self._session.hear(fact)
        except (Refused, Untrusted, IllegalTransition) as error:
            LOG.warning("%s: %s", type(error).__name__, error)
            self._session.tick()
        self._keep()

    def _shell_gone(self) -> None:
        silent_ms = round((time.monotonic() - self._heard_at) * 1000) if self._has_spoken else 0
        self._heard_at, self._has_spoken = time.monotonic(), False
        self._record.note("shell_gone", {})
        self._gate.shell_gone()
        self._session.shell_now(up=False, silent_ms=silent_ms)

    def _officers_changed(self, numbers: list[str]) -> None:
        self._record.note("officers_changed", {"officers": numbers})

    def _pin_refused(self, number: str | None, wait_s: int) -> None:
        self._record.note("pin_refused", {"officer": number, "wait_s": wait_s})


def folders_from(runtime: Path, state: Path | None) -> Folders:
    """The folders, made where they are missing; state stands beside the sockets unless it is named."""
    given = state or Path(os.environ.get("STATE_DIRECTORY", runtime / "state"))
    for folder in (runtime, given):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Folders(runtime, given)


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
        asyncio.run(_serve(folders_from(options.runtime, options.state), options.shell))
    except KioskError as error:
        LOG.critical("the guard does not start: %s", error)
        raise SystemExit(2) from None


async def _serve(folders: Folders, shell: Sequence[str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    trail = _trail(folders.state)
    try:
        await Guard(folders, shell, Numbers(), trail).run(stop)
    finally:
        if trail is not None:
            trail.close()


def _trail(state: Path) -> AuditTrail | None:
    """The audit trail, or None for one that does not check out: it stays as it is, for whoever looks into it."""
    try:
        trail = AuditTrail.open(state, origin=ORIGIN, boot_id=boot_id(), clock=SystemClock())
    except LockdownError as error:
        LOG.critical("%s", error)
        return None
    trail.record("guard_started", {})
    return trail


if __name__ == "__main__":
    main()
