"""Believable bookings and sheets for tests."""

from datetime import datetime, timedelta

from contract.sheet import Booking, CallSheet, Participant, Prisoner
from contract.words import Use
from tests.fakes.clock import NOON

MUM = Participant(visitor_id="mum", name="Siân Huws", called="Mum", relation="mother")
JAC = Participant(visitor_id="jac", name="Jac Huws", called="Jac", relation="brother", age=9)


def booking(
    name: str = "b1",
    *,
    starts_at: datetime = NOON,
    duration_s: int = 1800,
    hard_stop_after_s: int | None = None,
    participants: tuple[Participant, ...] = (MUM, JAC),
) -> Booking:
    return Booking(
        booking_id=name,
        prisoner=Prisoner(number="A1234BC", name="Tomos Huws"),
        participants=participants,
        starts_at=starts_at,
        duration_s=duration_s,
        hard_stop_at=starts_at + timedelta(seconds=hard_stop_after_s or duration_s),
        recorded=False,
        watched=False,
    )


def sheet(*bookings: Booking, serial: int = 1, use: Use = Use.DEMO) -> CallSheet:
    return CallSheet(
        use=use,
        establishment="HMP Example",
        laptop="Visits 1",
        timezone="Europe/London",
        serial=serial,
        issued_at=NOON,
        bookings=bookings,
    )
