"""The newest call sheet that checks out; a worse one changes nothing but the fault that is shown. No I/O."""

from datetime import datetime

from contract.sheet import CALL_SHEET, Booking, CallSheet
from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from contract.words import Outcome, Use
from kiosk.errors import Untrusted
from kiosk.ports import Around
from kiosk.scenes import Fault


class DaySheet:
    """Keeps one sheet. A demo laptop takes demo sheets only, a real one takes real ones only."""

    def __init__(self, around: Around, *, demo: bool) -> None:
        self._clock, self._record = around.clock, around.record
        self._listed_since: dict[str, int] = {}
        self.newest: CallSheet | None = None
        self.fault: Fault | None = None
        self._demo = demo

    def take(self, untrusted: str) -> None:
        """Read a sheet and keep it. Raises Untrusted for one that is unreadable, older, or not for this laptop."""
        before = None if self.newest is None else self.newest.serial
        try:
            sheet = self.newest = self._read(untrusted)
        except Untrusted as error:
            self._record.note("sheet_refused", {"why": str(error)})
            raise
        self.fault = None
        now = self._clock.boot_ms()
        self._listed_since = {b.booking_id: self._listed_since.get(b.booking_id, now) for b in sheet.bookings}
        if sheet.serial != before:
            self._record.note("sheet_taken", {"serial": sheet.serial})

    def _read(self, untrusted: str) -> CallSheet:
        try:
            sheet = parse(untrusted, CALL_SHEET, LONGEST_SHEET_BYTES)
        except Malformed as error:
            self.fault = Fault.BAD_SHEET if self.newest is None else None
            raise Untrusted(f"call sheet: {error.where}") from error
        if self._demo is not (sheet.use is Use.DEMO):
            self.fault = Fault.LIVE_SHEET if self._demo else Fault.BAD_SHEET
            raise Untrusted(f"call sheet is for {sheet.use} use")
        if self.newest is not None and sheet.serial < self.newest.serial:
            raise Untrusted(f"call sheet {sheet.serial} is older than {self.newest.serial}")
        return sheet

    def listed_since_ms(self, booking_id: str) -> int:
        """Since when, by the boot-time clock, this booking has been on the sheet; now for one that never was."""
        return self._listed_since.get(booking_id, self._clock.boot_ms())

    @property
    def bookings(self) -> tuple[Booking, ...]:
        """Every booking of the day, over or not."""
        return () if self.newest is None else self.newest.bookings

    def listed(self, booking_id: str) -> Booking | None:
        """The booking with this id, if it is on the sheet."""
        return next((booking for booking in self.bookings if booking.booking_id == booking_id), None)

    def cancelled(self, booking_id: str) -> Outcome | None:
        """The outcome of a booking that will not take place; None for one that still may."""
        if self.newest is None or self.listed(booking_id) is not None:
            return None
        said = {entry.booking_id: Outcome(entry.outcome) for entry in self.newest.cancelled}
        return said.get(booking_id)

    def missed(self, now: datetime, over: frozenset[str]) -> tuple[Booking, ...]:
        """Bookings whose window has passed without an ending: the laptop was off, or could not be used."""
        return tuple(b for b in self.bookings if b.booking_id not in over and now >= b.hard_stop_at)

    def next_of(self, now: datetime, over: frozenset[str]) -> Booking | None:
        """The first booking that is not `over` and whose window has not passed, by its start."""
        waiting = [b for b in self.bookings if b.booking_id not in over and now < b.hard_stop_at]
        return min(waiting, key=lambda booking: booking.starts_at, default=None)
