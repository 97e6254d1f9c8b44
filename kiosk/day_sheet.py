"""The newest call sheet that checks out; a worse one changes nothing but the fault that is shown. No I/O."""

from datetime import datetime

from contract.sheet import Booking, CallSheet, Revoked
from contract.words import Outcome, Use
from kiosk.errors import Untrusted
from kiosk.ports import Around
from kiosk.scenes import Fault


class DaySheet:
    """Keeps one sheet. A demo laptop takes demo sheets only, a real one takes real ones only."""

    def __init__(self, around: Around, *, demo: bool) -> None:
        self._clock, self._documents = around.clock, around.documents
        self._listed_since: dict[str, int] = {}
        self.newest: CallSheet | None = None
        self.fault: Fault | None = None
        self._known: dict[str, Booking] = {}  # what the sheet lists, and of who may take part no more what it did list
        self._demo = demo

    def take(self, untrusted: str) -> None:
        """Read a sheet and keep it. Raises Untrusted for one that is refused, or not for this laptop.

        Whether one is older is for `Documents` alone: the highest serial of a stolen key ends with the key.
        """
        sheet = self.newest = self._read(untrusted)
        self.fault = None
        listed, named = {b.booking_id: b for b in sheet.bookings}, {each.booking_id for each in sheet.revoked}
        self._known = {name: b for name, b in (self._known | listed).items() if name in listed or name in named}
        now = self._clock.boot_ms()
        self._listed_since = {b.booking_id: self._listed_since.get(b.booking_id, now) for b in sheet.bookings}

    def _read(self, untrusted: str) -> CallSheet:
        try:
            sheet = self._documents.sheet(untrusted)
        except Untrusted:
            self.fault = Fault.BAD_SHEET if self.newest is None else None
            raise
        if self._demo is not (sheet.use is Use.DEMO):
            self.fault = Fault.LIVE_SHEET if self._demo else Fault.BAD_SHEET
            raise Untrusted(f"call sheet is for {sheet.use} use")
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

    def revoked(self, booking_id: str) -> tuple[Revoked, ...]:
        """Who may take part in this booking no more; nobody for one that may take place."""
        entries = () if self.newest is None else self.newest.revoked
        return tuple(entry for entry in entries if entry.booking_id == booking_id)

    def known(self, booking_id: str) -> Booking | None:
        """A booking that the newest sheet names, as one has last listed it, if any has since this laptop started."""
        return self._known.get(booking_id)

    @property
    def timezone(self) -> str:
        """Of the establishment."""
        return "UTC" if self.newest is None else self.newest.timezone

    def missed(self, now: datetime, over: frozenset[str]) -> tuple[Booking, ...]:
        """Bookings whose window has passed without an ending: the laptop was off, or could not be used."""
        return tuple(b for b in self.bookings if b.booking_id not in over and now >= b.hard_stop_at)

    def next_of(self, now: datetime, over: frozenset[str]) -> Booking | None:
        """The first booking that is not `over` and whose window has not passed, by its start."""
        waiting = [b for b in self.bookings if b.booking_id not in over and now < b.hard_stop_at]
        return min(waiting, key=lambda booking: booking.starts_at, default=None)
