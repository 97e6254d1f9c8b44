"""The calls of the laptop's day: the one of now, the one before it, and how one is made of a booking. No I/O."""

from dataclasses import dataclass, field

from contract.sheet import Booking
from kiosk.call import Call
from kiosk.day_sheet import DaySheet
from kiosk.fitness import Fitness
from kiosk.policy.numbers import Numbers
from kiosk.ports import Around
from kiosk.reckoning import Known
from kiosk.shell_seen import ShellSeen


@dataclass
class Calls:
    """The call of now, and the one that ended before, for whoever still explains it."""

    now: Call | None = None
    before: Call | None = None
    came: set[str] = field(default_factory=set)  # bookings whose family was there at some time


class NewCalls:
    """Makes the call of a booking, which knows since when the laptop was up for it. It opens none."""

    def __init__(self, sheet: DaySheet, shell: ShellSeen, fitness: Fitness, around: Around, numbers: Numbers) -> None:
        self._sheet, self._shell, self._fitness = sheet, shell, fitness
        self._around, self._numbers = around, numbers
        self._up_since_ms = shell.since_ms  # no shell has come yet

    def of(self, booking: Booking) -> Call:
        """A call that waits, as nobody has seen it yet."""
        up_since_ms = max(self._up_since_ms, self._shell.since_ms)
        known = Known(up_since_ms, self._sheet.listed_since_ms(booking.booking_id))
        call = Call(booking, numbers=self._numbers, around=self._around, known=known)
        call.barred_by, call.timezone = self._fitness.barred_by, self._sheet.timezone
        return call
