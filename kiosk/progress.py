"""Which state one call is in: applies the table, and tells its course, clock and two sides what follows. No I/O."""

from datetime import timedelta

from contract.sheet import Booking
from contract.words import CallState, HoldReason, Purpose
from kiosk.course import Course
from kiosk.meeting import Meeting
from kiosk.policy.endings import Ending, Facts
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.states import TRANSITIONS, Event, next_state
from kiosk.ports import Around
from kiosk.reckoning import Known, Reckoning

CALLING = (CallState.JOINING, CallState.LIVE, CallState.INTERRUPTED)


class Progress:
    """`state` is the truth, since `since_ms`; course, time and meeting are as the state says. It connects nothing."""

    def __init__(self, booking: Booking, *, numbers: Numbers, around: Around, known: Known) -> None:
        self.state = CallState.WAITING
        self.since_ms = around.clock.boot_ms()  # when the state began
        self.course = Course()
        self.meeting = Meeting(booking.booking_id, numbers=numbers, around=around)
        self.time = Reckoning(booking, around.clock, numbers, known)
        self._booking, self._numbers = booking, numbers
        self._clock, self._record = around.clock, around.record

    # ---- what is asked of it ----

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.state is CallState.ENDED

    @property
    def is_held_for_revocation(self) -> bool:
        """Whether the call is held because somebody may take part no more."""
        return self.state is CallState.HELD and self.course.held_for is HoldReason.PARTICIPANT_REVOKED

    @property
    def is_off(self) -> bool:
        """Whether the call cannot be begun, because somebody may take part no more."""
        return self.state is CallState.WAITING and bool(self.course.revoked)

    @property
    def session_wanted(self) -> Purpose | None:
        """What there should be a session for: the officer's preview, the call, or nothing."""
        if self.state in CALLING:
            return Purpose.CALL
        return Purpose.PREVIEW if self.state is CallState.IDENTITY else None

    def facts(self) -> Facts:
        """What is known of the call, as an ending by time sees it."""
        opened_ms, starts_ms = self.course.opened_ms, self.time.fair.times.starts_ms
        return Facts(
            state=self.state,
            cause=self.time.cause_since(self.course.silent_from),
            was_opened_in_time=opened_ms is not None and opened_ms <= starts_ms + ms(self._numbers.no_show_from),
            was_admitted=self.course.was_admitted,
            visitor_came=self.meeting.visitor_came,
            could_have_heard=self.meeting.could_have_heard(),
            was_live=self.course.was_live,
            is_revoked=self.is_held_for_revocation or self.is_off,
        )

    # ---- the table ----

    def move(self, event: Event) -> None:
        """Apply the table, and what follows from the new state. Raises IllegalTransition, and then nothing changed."""
        before = self.state
        if (before, event) not in TRANSITIONS:
            self._record.note("illegal_transition", {"state": before, "event": event})
        self.state = next_state(before, event)
        now = self._clock.boot_ms()
        self.since_ms = now
        self._keep_time(before, now)
        moved = {"booking_id": self._booking.booking_id, "from": before, "to": self.state, "event": event}
        self._record.note("call_state", moved)
        self.course.came_to(self.state, now)
        if before is CallState.IDENTITY or self.state in (CallState.HELD, CallState.ENDED):
            self.meeting.hang_up()

    def link_lost(self) -> None:
        """The two receive each other no more, if they did."""
        if self.state is CallState.LIVE:
            self.move(Event.LINK_LOST)

    def _keep_time(self, before: CallState, now: int) -> None:
        """Tell the clock what the new state means."""
        self.time.state_is(self.state)
        if self.state is CallState.LIVE:
            self.time.talks(True, now)
        elif before is CallState.LIVE and not self.is_over:
            self.falls_silent(self.meeting.received_until_ms() if self.state is CallState.INTERRUPTED else now)
        elif before is CallState.IDENTITY:
            self.course.silent_from = self.time.account
        if CallState.HELD in (before, self.state):
            is_held = self.state in (CallState.HELD, CallState.ENDED)
            self.time.holds(self.course.held_for if is_held else None, now)

    def falls_silent(self, at_ms: int) -> None:
        """The two have not received each other since then."""
        self.time.talks(False, at_ms)
        self.course.silent_from = self.time.account_at(at_ms)

    def finish(self, event: Event, ending: Ending) -> None:
        """End the call so. Raises IllegalTransition, and then nothing changed."""
        self.move(event)
        self.time.stop()
        ended_ms = self.time.fair.ended_ms
        assert ended_ms is not None, "a stopped clock has an end"
        self.course.ending = ending
        since_start = timedelta(milliseconds=ended_ms - self.time.fair.times.starts_ms)
        self.course.ended_at = self._booking.starts_at + since_start  # whatever the wall clock says by now
