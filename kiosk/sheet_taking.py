"""Takes in a call sheet, from the service or from the disk, and has the call of now follow it. No I/O."""

from contract.words import CallState
from kiosk import revoking
from kiosk.call import Call
from kiosk.calls import Calls
from kiosk.day_sheet import DaySheet
from kiosk.errors import Untrusted
from kiosk.ipc import Key
from kiosk.outcomes import Outcomes
from kiosk.papers import Papers
from kiosk.policy.permissions import ADMITTED
from kiosk.policy.states import Event
from kiosk.ports import Record


class SheetTaking:
    """A sheet that does not check out changes nothing but what `DaySheet` says of it."""

    def __init__(self, sheet: DaySheet, papers: Papers, calls: Calls, outcomes: Outcomes, record: Record) -> None:
        self._sheet, self._papers, self._calls = sheet, papers, calls
        self._outcomes, self._record = outcomes, record

    def arrived(self, untrusted: str) -> None:
        """From the service. Raises Untrusted."""
        self._sheet.take(untrusted)
        self._came(online=True)
        self._outcomes.tell_again(self._sheet.bookings)

    def kept(self, untrusted: str) -> None:
        """From the disk. Raises Untrusted; then the day is as if there were none."""
        try:
            self._sheet.take(untrusted)
        except Untrusted:
            self._sheet.fault = None
            raise
        self._came(online=False)

    def _came(self, *, online: bool) -> None:
        if self._sheet.newest is not None:
            self._papers.sheet_came(self._sheet.newest.issued_at, online=online)
        if self._calls.now is not None and not self._calls.now.is_over:
            self._follow(self._calls.now)

    def _follow(self, call: Call) -> None:
        """A call not yet admitted follows the sheet: moved with it, shut, or cancelled when it is there no more."""
        call.timezone = self._sheet.timezone
        revoking.follow(call, self._sheet.revoked(call.booking.booking_id), self._record)
        cancelled = self._sheet.cancelled(call.booking.booking_id)
        if call.state in ADMITTED or call.is_off:
            if cancelled is not None:
                call.end(Event.CANCELLED, cancelled)
            return
        booking = self._sheet.listed(call.booking.booking_id)
        if booking is None:
            call.end(Event.CANCELLED, cancelled)
        elif booking != call.booking:
            self._move(call)

    def _move(self, call: Call) -> None:
        """It is opened anew, as the sheet has it now."""
        if call.state is CallState.IDENTITY:
            call.pressed(Key.LEAVE_IDENTITY)
        self._calls.now = None
