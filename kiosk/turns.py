"""Whose turn it is: opens the call that is due, lets go of the one that is over, reports what passed by. No I/O."""

from contract.sheet import Booking
from contract.words import CallState
from kiosk.call import Call
from kiosk.calls import Calls, NewCalls
from kiosk.day_sheet import DaySheet
from kiosk.outcomes import Outcomes
from kiosk.policy.admission import is_open
from kiosk.policy.numbers import Numbers, ms
from kiosk.ports import Clock
from kiosk.shell_seen import ShellSeen


class Turns:
    """One call at a time, in the order of the sheet. Whether the laptop is fit for one is for others to say."""

    def __init__(
        self, calls: Calls, new_calls: NewCalls, sheet: DaySheet, outcomes: Outcomes, clock: Clock, numbers: Numbers
    ) -> None:
        self._calls, self._new_calls, self._sheet = calls, new_calls, sheet
        self._outcomes, self._clock, self._numbers = outcomes, clock, numbers

    def next(self) -> Booking | None:
        """The first booking that is not over, whether or not its room is open."""
        return self._sheet.next_of(self._clock.wall(), self._outcomes.ended.bookings)

    def due(self) -> Booking | None:
        """The next booking, if its room is open."""
        booking = self.next()
        return booking if booking is not None and is_open(booking, self._clock.wall(), self._numbers) else None

    def open(self, booking: Booking, shell: ShellSeen) -> None:
        """It is the call of now, and hears what the shell has said of it already."""
        call = self._calls.now = self._new_call(booking)
        call.link_now(shell.link)
        if (seen := shell.visitors.get(booking.booking_id)) is not None:
            call.visitor_seen(seen)

    def let_go(self, call: Call) -> None:
        """Remember an ended call; drop it when its goodbye has been read."""
        if call.is_over:
            self._outcomes.remember(call)
            if call.in_state_ms() >= self._goodbye_ms():
                self._calls.now, self._calls.before = None, call
        elif call.state is CallState.WAITING and not is_open(call.booking, self._clock.wall(), self._numbers):
            self._calls.now = None  # the wall clock was corrected; the booking keeps its place in the day

    def _goodbye_ms(self) -> int:
        """A goodbye is short when the next call is to begin."""
        following = self.next()
        is_next_due = following is not None and self._clock.wall() >= following.starts_at
        return ms(self._numbers.shortest_goodbye if is_next_due else self._numbers.goodbye)

    def report_missed(self) -> None:
        """Give every booking that passed by while the laptop was no use its truthful ending, without a scene."""
        for booking in self._sheet.missed(self._clock.wall(), self._outcomes.ended.bookings):
            call = self._new_call(booking)
            call.tick()
            self._outcomes.remember(call)

    def _new_call(self, booking: Booking) -> Call:
        call = self._new_calls.of(booking)
        call.meeting.visitor_came = booking.booking_id in self._calls.came
        return call
