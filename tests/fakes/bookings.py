"""Believable bookings and sheets for tests."""

from datetime import UTC, date, datetime, timedelta

from contract.sheet import Booking, CallSheet, Participant, Prisoner, Revoked
from contract.words import Revocation, Use
from tests.fakes.clock import NOON

HOUR = timedelta(hours=1)
EARLY = datetime(2000, 1, 2, tzinfo=UTC)
VETTED_UNTIL = date(2036, 6, 30)
MUM = Participant(visitor_id="mum", name="Siân Huws", called="Mum", relation="mother", vetted_until=VETTED_UNTIL)
JAC = Participant(visitor_id="jac", name="Jac Huws", called="Jac", relation="brother", age=9, vetted_until=VETTED_UNTIL)


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


def revoked(
    name: str = "b1", who: str | None = "mum", kind: Revocation = Revocation.VISITOR_BANNED, starts_at: datetime = NOON
) -> Revoked:
    return Revoked(booking_id=name, visitor_id=who, kind=kind, starts_at=starts_at)


def sheet(*bookings: Booking, serial: int = 1, use: Use = Use.DEMO, revoked: tuple[Revoked, ...] = ()) -> CallSheet:
    return CallSheet(
        use=use,
        establishment="HMP Example",
        laptop="Visits 1",
        timezone="Europe/London",
        day=NOON.date(),
        serial=serial,
        issued_at=min((each.starts_at - HOUR for each in bookings if EARLY < each.starts_at < NOON), default=NOON),
        bookings=bookings,
        revoked=revoked,
    )
