"""The guard itself, joined of its parts: the authority of the laptop. It has no screen and no network socket."""

import asyncio
import contextlib
from typing import Final

from kiosk.controls import Controls
from kiosk.guarded_day import Given, GuardedDay
from kiosk.ipc import FromShell
from kiosk.lockdown.camera_record import CameraRecord
from kiosk.lockdown.clock import boot_ms
from kiosk.lockdown.clock_setting import ClockSetting
from kiosk.lockdown.day_journal import DayJournal
from kiosk.lockdown.enforcement import Held
from kiosk.lockdown.folders import Folders
from kiosk.lockdown.journal_file import JournalFile
from kiosk.lockdown.lasting import Lasting
from kiosk.lockdown.maintenance import Maintenance
from kiosk.lockdown.officer_desk import OfficerDesk
from kiosk.lockdown.own import NOT_ENROLLED, Own
from kiosk.lockdown.pin_check import PinCheck
from kiosk.lockdown.policy_in_force import PolicyInForce
from kiosk.lockdown.swallowed_presses import SwallowedPresses
from kiosk.lockdown.trail_care import TrailCare
from kiosk.lockdown.update_desk import UpdateDesk, UpdateRecord
from kiosk.lockdown.update_files import UpdateFiles
from kiosk.policy.numbers import ms
from kiosk.shell_words import Listeners, ShellWords
from kiosk.upkeep import Minded, Upkeep

LOOK_EVERY_S: Final = 0.2
IDLE_LOOK_EVERY_S: Final = 1.0  # with no call there is nothing that a fifth of a second changes
ONCE_A_SECOND_MS: Final = 1000 - 50  # a loop that wakes a little early does not wait for another turn


class Guard:
    """Session, sockets, record, lockdown and shell, joined. A machine without a platform is a DEMO."""

    def __init__(
        self, folders: Folders, lasting: Lasting, policy: PolicyInForce, held: Held, own: Own = NOT_ENROLLED
    ) -> None:
        given = Given(folders, lasting, policy, held, own)
        self._policy, self._process, self._watchdog = policy, lasting.process, lasting.watchdog
        self._day = day = GuardedDay(given, self._hear)
        clock, numbers, record, real = day.clock, day.numbers, day.record, not given.is_demo
        self._maintenance = Maintenance(
            folders.runtime, numbers.maintenance, real=real, note=lambda event: record.note(event, {})
        )
        clock_setting = ClockSetting(folders.runtime, clock, real=real, note=record.note)
        self._identity = own.care(folders.state, record, clock)
        swallowed = SwallowedPresses(clock, record.note)
        trail = TrailCare(lasting.trail, numbers, clock, day.socket.send)
        self._pins = PinCheck(day.papers.officers, folders.state, clock, numbers, on_refused=self._pin_refused)
        self._journal = DayJournal(JournalFile(folders.state / "journal.json"), day.session, day.papers.pack)
        keep, is_fresh = self._journal.keep, day.papers.check_officers_fresh
        self._desk = OfficerDesk(day.session.deeds, self._pins, record, day.socket.send, keep, is_fresh)
        rules = None if policy.policy is None else policy.policy.updates
        updates = UpdateDesk(day.session, numbers, rules, is_quiet=lambda: day.is_quiet)
        listeners = Listeners(
            identity=self._identity,
            camera=CameraRecord(clock, record.note),
            swallowed=swallowed,
            trail=trail,
            journal=self._journal,
            desk=self._desk,
            updates=updates,
        )
        self._words = ShellWords(day, listeners)
        self._controls = Controls(folders, day, self._journal, self._maintenance, updates)
        update_record = UpdateRecord(UpdateFiles(folders.state), record)
        minded = Minded(lasting.watchdog, trail, swallowed, update_record, clock_setting)
        self._looked_ms = boot_ms()
        self._upkeep = Upkeep(day, minded, self._controls.listen_for_power, self._looked_ms)

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set, and then end the shell; or until no call runs and a newer policy waits."""
        day = self._day
        day.gate.open()  # first: nothing stays open that another guard had opened
        if self._identity is not None:
            self._identity.begin()
        async with contextlib.AsyncExitStack() as stack:
            stack.callback(self._journal.close)
            stack.callback(self._stopped)
            day.papers.begin()
            self._use_camera()
            day.lockdown.refresh()  # nothing has been looked at: no call runs before it was
            stack.push_async_callback(day.lockdown.close)
            stack.callback(self._maintenance.close)
            self._journal.recall(day.record)
            day.papers.recall()
            stack.callback(self._journal.keep)
            stack.push_async_callback(day.gate.close)
            stack.callback(day.gate.shut_all)
            await self._controls.socket.open()  # before a shell can come: what it shows can be ended by a command too
            stack.push_async_callback(self._controls.socket.close)
            await day.socket.open()
            stack.push_async_callback(day.socket.close)
            stack.push_async_callback(self._stop_check)
            day.lockdown.engage()  # behind the sockets: END need not wait for a walk through the disk
            self._controls.listen_for_power()
            stack.callback(self._controls.power.close)
            self._pins.open()
            stack.push_async_callback(self._pins.close)
            stack.push_async_callback(self._desk.close)
            if self._process is not None:
                self._process.start()
                stack.push_async_callback(self._part_from_shell)
            self._watchdog.ready()
            await self._look_until(stop)

    async def _look_until(self, stop: asyncio.Event) -> None:
        second_ms, session = 0, self._day.session
        while not stop.is_set() and not (self._day.is_quiet and self._policy.gives_way()):
            wait_s = IDLE_LOOK_EVERY_S if session.call is None else LOOK_EVERY_S
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await stop.wait()
            self._note_sleep()
            if self._looked_ms - second_ms >= ONCE_A_SECOND_MS:
                second_ms = self._looked_ms
                self._upkeep.look(self._looked_ms)
            self._day.look()
            if (released_at_ms := session.fitness.released_at_ms) is not None:
                self._maintenance.begin((boot_ms() - released_at_ms) / 1000)
            self._day.watch_shell()
            self._journal.time_went_by()

    async def _stop_check(self) -> None:
        """Whoever waits for it is told, before the socket shuts."""
        self._day.ready.stop()
        await asyncio.sleep(0)  # each writes its answer now

    def _use_camera(self) -> None:
        if self._day.laptop is not None and self._policy.policy is not None:
            self._day.laptop.nodes.use_camera(self._policy.policy.camera.camera_id)

    async def _part_from_shell(self) -> None:
        """A guard that is only built anew leaves the shell to the next one."""
        if self._process is not None and not self._policy.is_over:
            await self._process.stop()

    def _stopped(self) -> None:
        if not self._policy.is_over:
            self._day.record.note("guard_stopped", {})

    def _note_sleep(self) -> None:
        """A machine that slept was down: the boot-time clock counts sleep, the loop's does not."""
        now_ms, before_ms = boot_ms(), self._looked_ms
        self._looked_ms = now_ms
        if now_ms - before_ms > ms(self._day.numbers.shell_silent):
            self._day.session.shell_silent(now_ms - before_ms)

    def _hear(self, fact: FromShell) -> None:
        self._words.hear(fact)

    def _pin_refused(self, number: str | None, wait_s: int) -> None:
        self._day.record.note("pin_refused", {"officer": number, "wait_s": wait_s})
