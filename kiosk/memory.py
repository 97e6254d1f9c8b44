"""Writes the day down for the journal and goes on from what was written; a pure reading and setting of its parts."""

from collections.abc import Callable

from contract.sheet import Booking
from contract.words import CallState
from kiosk.call import Call
from kiosk.calls import Calls, NewCalls
from kiosk.fitness import Fitness
from kiosk.kept import CallKept, DayKept
from kiosk.outcomes import Outcomes
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.states import Event, next_state
from kiosk.ports import Around
from kiosk.wall_clock import Said


class Memory:
    """All of the day that must survive a power cut, and nothing else of it."""

    def __init__(
        self,
        calls: Calls,
        new_calls: NewCalls,
        fitness: Fitness,
        outcomes: Outcomes,
        around: Around,
        numbers: Numbers,
    ) -> None:
        self._calls, self._new_calls, self._fitness = calls, new_calls, fitness
        self._outcomes, self._around, self._numbers = outcomes, around, numbers

    def keep(self, boot_id: str) -> DayKept:
        """The day as it is now, in this boot."""
        clock, call = self._around.clock, self._calls.now
        return DayKept(
            boot_id=boot_id,
            boot_ms=clock.boot_ms(),
            wall=clock.wall(),
            locked=self._fitness.locked,
            released_at_ms=self._fitness.released_at_ms,
            came=tuple(self._calls.came),
            ended=self._outcomes.ended.keep(),
            call=None if call is None else keep_call(call),
        )

    def recall(self, kept: DayKept, boot_id: str) -> None:
        """Go on with the day that was kept."""
        self._fitness.locked, self._calls.came = kept.locked, set(kept.came)
        self._outcomes.recall(kept.ended)
        self._fitness.released_at_ms = kept.released_at_ms if kept.boot_id == boot_id else None
        if kept.call is not None:
            shift_ms = shift_of(kept, boot_id, self._around)
            call = self._calls.now = recall_call(kept.call, shift_ms, self._new_calls.of, self._around)
            if kept.boot_id != boot_id:
                call.time_unsure_until_ms = self._around.clock.boot_ms() + ms(self._numbers.reboot_unchecked)

    def service_said(self, said: Said) -> None:
        """The service's own time: after a reboot it says how long the machine was really off."""
        call, clock = self._calls.now, self._around.clock
        if call is None or call.time_unsure_until_ms is None or call.is_over:
            return
        wrong_by_ms = said.wrong_by_ms(clock.wall(), clock.boot_ms())
        if abs(wrong_by_ms) > ms(self._numbers.reboot_clock_may_err):
            self._around.record.note("reboot_gap_corrected", {"wrong_by_ms": wrong_by_ms})
            correct(call, wrong_by_ms)
        call.time_unsure_until_ms = None

    def forget(self) -> None:
        """Begin again with nothing: what was kept could not be gone on with."""
        self._calls.now, self._fitness.locked, self._calls.came = None, False, set()
        self._outcomes.recall(None)


def keep_call(call: Call) -> CallKept:
    """All of a call that must survive a power cut."""
    now = call.time.now_ms()
    return CallKept(
        booking=call.booking,
        state=call.state,
        since_ms=call.progress.since_ms,
        alive_ms=min(now, call.meeting.received_until_ms()) if call.state is CallState.LIVE else now,
        fair=call.time.fair,
        course=call.course,
        visitor_came=call.meeting.visitor_came,
        deaf_ms=call.meeting.deaf_ms,
    )


def recall_call(kept: CallKept, shift_ms: int, new_call: Callable[[Booking], Call], around: Around) -> Call:
    """The call, on a clock that is `shift_ms` ahead of the one it was kept by.

    From the last instant that is known the laptop was down; a call that was live is interrupted since then.
    """
    call, alive_ms = new_call(kept.booking), kept.alive_ms + shift_ms
    progress = call.progress
    progress.state, progress.since_ms, progress.course = kept.state, kept.since_ms + shift_ms, kept.course
    call.course.shift(shift_ms)
    call.time.fair = kept.fair.shifted(shift_ms)
    call.meeting.visitor_came = kept.visitor_came
    call.meeting.was_deaf(kept.deaf_ms, alive_ms)
    call.time.laptop_was_down_since(alive_ms)
    if call.state is CallState.LIVE:
        progress.state, progress.since_ms = next_state(call.state, Event.LINK_LOST), alive_ms
        progress.falls_silent(alive_ms)
        moved = {"from": CallState.LIVE, "to": call.state, "event": Event.LINK_LOST}
        around.record.note("call_state", {"booking_id": call.booking.booking_id, **moved})
    gap_ms = max(0, around.clock.boot_ms() - alive_ms)
    around.record.note("call_recovered", {"booking_id": call.booking.booking_id, "gap_ms": gap_ms})
    return call


def correct(call: Call, wrong_by_ms: int) -> None:
    """The machine was off for `wrong_by_ms` less than its wall clock had said: the service knows the time."""
    call.time.fair = call.time.fair.shifted(wrong_by_ms)
    call.progress.since_ms += wrong_by_ms
    call.course.shift(wrong_by_ms)


def shift_of(kept: DayKept, boot_id: str, around: Around) -> int:
    """How far this boot's clock is ahead of the one the day was kept by; the wall clock tells it across a reboot."""
    if kept.boot_id == boot_id:
        return 0
    off_ms = max(0, ms(around.clock.wall() - kept.wall))
    return around.clock.boot_ms() - off_ms - kept.boot_ms
