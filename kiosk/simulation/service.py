"""The service of a simulated day: what it has cancelled and revoked, and the call sheet that says so; no laptop."""

from datetime import date
from typing import Final

from contract.sheet import Booking, CallSheet, Cancelled, Participant, Prisoner, Revoked
from contract.words import Outcome, Revocation, Use
from kiosk.ports import Clock
from kiosk.simulation.scenario import Booked, Scenario

VISITOR: Final = Participant(
    visitor_id="visitor-1", name="A visitor", called="Mum", relation="Mother", vetted_until=date(2999, 1, 1)
)


class SimulatedService:
    """Every booking of the scenario is on its sheet, until it is cancelled or revoked."""

    def __init__(self, scenario: Scenario, clock: Clock) -> None:
        self._scenario = scenario
        self._clock = clock
        self._serial = 0
        self._revoked: dict[str, Revoked] = {}
        self._cancelled: dict[str, Outcome] = {}

    def cancel(self, booking_id: str, outcome: Outcome) -> None:
        """From the next sheet on it is cancelled, as this."""
        self._cancelled[booking_id] = outcome

    def revoke(self, booking_id: str, kind: Revocation) -> None:
        """From the next sheet on somebody may take part no more: the visitor, or the prisoner, who was moved."""
        who = None if kind is Revocation.PRISONER_MOVED else VISITOR.visitor_id
        (starts_at,) = (self._scenario.at(b.starts) for b in self._scenario.booking if b.id == booking_id)
        self._revoked[booking_id] = Revoked(booking_id=booking_id, visitor_id=who, kind=kind, starts_at=starts_at)

    def reinstate(self, booking_id: str) -> None:
        """From the next sheet on they may again."""
        self._revoked.pop(booking_id, None)

    def sheet(self) -> CallSheet:
        """The sheet as it is now; each is newer than the one before."""
        self._serial += 1
        off = {*self._cancelled, *self._revoked}
        return CallSheet(
            use=Use.DEMO,
            establishment="HMP Simulated",
            laptop="laptop 1",
            timezone="UTC",
            day=self._clock.wall().date(),
            serial=self._serial,
            issued_at=self._clock.wall(),
            bookings=tuple(self._entry(each) for each in self._scenario.booking if each.id not in off),
            cancelled=tuple(Cancelled(booking_id=b, outcome=o) for b, o in self._cancelled.items()),  # type: ignore[arg-type]  # pydantic checks which
            revoked=tuple(self._revoked.values()),
        )

    def _entry(self, booked: Booked) -> Booking:
        return Booking(
            booking_id=booked.id,
            prisoner=Prisoner(number="A1234BC", name="A prisoner"),
            participants=(VISITOR,),
            starts_at=self._scenario.at(booked.starts),
            duration_s=round(booked.minutes * 60),
            hard_stop_at=self._scenario.hard_stop(booked),
            recorded=False,
            watched=False,
        )
