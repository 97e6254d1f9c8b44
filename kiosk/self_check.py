"""The laptop's check of itself: when it runs, what it may open, and what came of it. No I/O; it never runs in a call.

The guard looks at what is its own, the shell at camera, sound and network; what each says is judged by
`kiosk.policy.readiness` alone, recorded, shown to officers, and told to the service.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from contract.readiness import CheckedFor, Readiness
from contract.sheet import Booking
from kiosk.errors import Refused
from kiosk.ipc import Carry, CheckYourself, Disconnect, SelfChecked
from kiosk.owed_checks import OwedChecks
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.readiness import OF_DEVICES, OF_THE_SHELL, Found, Trouble, is_due, is_stale, judged
from kiosk.ports import Around
from kiosk.scenes import SelfCheckSeen

IN_A_CALL: Final = "A call is on. The laptop checks itself when it is over."
JUST_DONE: Final = "The laptop has just checked itself. Wait a moment."
STARTING: Final = "The laptop is still starting. Wait a minute."
STOPPED: Final = "The check was stopped, because the laptop is wanted for something else."
OnDone = Callable[[Readiness | None], None]


class Day(Protocol):
    """The laptop's day, as a check needs it."""

    @property
    def may_check(self) -> bool:
        """Whether there is no call, or none that anybody has begun."""
        ...

    @property
    def following(self) -> Booking | None:
        """The next booking."""
        ...

    @property
    def is_shell_up(self) -> bool:
        """Whether there is a shell to look at camera and sound."""
        ...

    @property
    def is_settled(self) -> bool:
        """Whether shell, line and lockdown have come, or had their time to: earlier a check finds false faults."""
        ...

    @property
    def is_online(self) -> bool:
        """Whether what is told to the service can arrive."""
        ...

    @property
    def may_open_devices(self) -> bool:
        """Whether nothing of the lockdown is lost that keeps pictures and sound inside."""
        ...

    @property
    def believed(self) -> datetime:
        """What the time is."""
        ...


@dataclass(frozen=True)
class Running:
    """A check that is under way."""

    check: str
    why: CheckedFor
    booking_id: str | None
    began_ms: int
    known: tuple[Found, ...]  # from the beginning, whatever the shell says


class SelfCheck:
    """At most one at a time. `own` looks at what is the guard's own, quickly, and raises nothing."""

    def __init__(self, day: Day, numbers: Numbers, around: Around, own: Callable[[], tuple[Found, ...]]) -> None:
        self._day, self._numbers, self._around, self._own = day, numbers, around, own
        self._running: Running | None = None
        self._waiting: list[OnDone] = []
        self._last: Readiness | None = None
        self._to_tell: Readiness | None = None  # what was found with a line; without one it is no news later
        self._is_told = True
        self._ended_ms: int | None = None
        self._owed = OwedChecks()

    # ---- asked for ----

    def ask(self, why: CheckedFor, on_done: OnDone | None = None) -> None:
        """Begin one, or join it; `on_done` hears its result, or None if it was stopped. Raises Refused."""
        if not self._day.may_check:
            raise Refused(IN_A_CALL)
        if not self._day.is_settled:
            raise Refused(STARTING)
        if self._running is None and self._was_just_done():
            raise Refused(JUST_DONE)
        if on_done is not None:
            self._waiting.append(on_done)
        if self._running is None:
            self._begin(why, None)
        self._settle_if_alone()

    def _was_just_done(self) -> bool:
        since_ms = None if self._ended_ms is None else self._around.clock.boot_ms() - self._ended_ms
        return since_ms is not None and since_ms < ms(self._numbers.check_again)

    def _begin(self, why: CheckedFor, booking_id: str | None) -> None:
        check, devices = self._around.ids.new_session(), self._day.may_open_devices
        known = () if devices else _kept_shut()
        self._running = Running(check, why, booking_id, self._around.clock.boot_ms(), known)
        self._around.shell.send(CheckYourself(check=check, devices=devices, synthetic=self._around.synthetic))

    # ---- what happens ----

    def look(self) -> None:
        """Time has passed: begin what is due, give up what does not answer, tell the service what it has not heard."""
        self._settle_if_alone()
        running = self._running
        if running is not None and not self._day.may_check:
            self.stop()
        elif running is not None:
            if self._around.clock.boot_ms() - running.began_ms > ms(self._numbers.check_within):
                self._finish(running, ())
        elif (booking := self._due()) is not None:
            self._begin(CheckedFor.BOOKING, booking.booking_id)
        self._tell()

    def _due(self) -> Booking | None:
        booking = self._day.following
        if booking is None or not self._owed.owes(booking.booking_id, online=self._day.is_online):
            return None
        is_able = self._day.is_shell_up and self._day.is_settled
        may = self._day.may_check and is_able and not self._was_just_done()
        return booking if may and is_due(booking.starts_at, self._day.believed, self._numbers) else None

    def _settle_if_alone(self) -> None:
        """Without a shell nobody will answer."""
        if self._running is not None and not self._day.is_shell_up:
            self._finish(self._running, ())

    def heard(self, said: SelfChecked) -> None:
        """The shell's answer. One to an earlier question is passed over, and so is what is not the shell's to say."""
        if self._running is not None and said.check == self._running.check:
            found = tuple(each for each in said.found if each.check in OF_THE_SHELL)
            self._finish(self._running, found, answered=True)

    def not_opened(self) -> None:
        """Nothing could be recorded or handed out, so nothing opens for it."""
        if self._running is not None:
            self._finish(self._running, ())

    def stop(self) -> None:
        """The laptop is wanted for something else: shut everything now. Safe twice."""
        if self._running is not None:
            self._end()
            self._answer(None)

    def _finish(self, running: Running, said: tuple[Found, ...], *, answered: bool = False) -> None:
        online = self._day.is_online
        if running.booking_id is not None:
            self._owed.came_to_a_result(running.booking_id, answered=answered, online=online)
        rows = judged((*self._own(), *running.known, *said))
        self._last = Readiness(
            checked_at=self._day.believed, checked_for=running.why, booking_id=running.booking_id, rows=rows
        )
        self._to_tell, self._is_told = self._last if online else None, False
        self._end()
        self._note(self._last)
        self._tell()
        self._answer(self._last)

    def _end(self) -> None:
        """What opened is shut, also when it is not known to have opened."""
        self._running, self._ended_ms = None, self._around.clock.boot_ms()
        self._around.shell.send(Disconnect())

    def _answer(self, result: Readiness | None) -> None:
        waiting, self._waiting = self._waiting, []
        for on_done in waiting:
            on_done(result)

    def _note(self, result: Readiness) -> None:
        booking = {} if result.booking_id is None else {"booking_id": result.booking_id}
        rows = {row.check.value: row.light.value for row in result.rows}
        data = {"checked_for": result.checked_for.value, "light": result.light.value, "rows": rows}
        self._around.record.note("readiness_checked", {**booking, **data})

    def _tell(self) -> None:
        """Once for every line: the service keeps the newest, and hearing it twice harms nothing."""
        if not self._day.is_online:
            self._is_told = self._to_tell is None or self._is_stale(self._to_tell)
        elif not self._is_told and self._to_tell is not None:
            self._is_told = True
            self._around.shell.send(Carry(message=self._to_tell))

    # ---- what is shown ----

    def _is_stale(self, result: Readiness) -> bool:
        return is_stale(result.checked_at, self._day.believed, self._numbers)

    @property
    def is_running(self) -> bool:
        """Whether somebody may be waiting for it."""
        return self._running is not None

    def seen(self) -> SelfCheckSeen:
        """For the officer's panel."""
        last, may = self._last, self._day.may_check and self._day.is_settled
        return SelfCheckSeen(
            offered=self._day.may_check,
            may_start=may and not self.is_running and not self._was_just_done(),
            running=self.is_running,
            last=last,
            stale=last is not None and self._is_stale(last),
        )


def _kept_shut() -> tuple[Found, ...]:
    return tuple(
        Found(check=check, trouble=Trouble.NOT_LOCKED, found="kept shut: the lockdown does not hold")
        for check in sorted(OF_DEVICES)
    )
