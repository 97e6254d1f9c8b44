"""The call sheet: what one laptop is told of its day. Lists only what may happen; knows no clock and no store."""

from collections.abc import Sequence
from datetime import date, datetime

from contract.sheet import Booking, CallSheet, Cancelled, Limits, Participant, Prisoner, Revoked
from visits.domain.cancelling import cancelled_as
from visits.domain.day import age_on, day_bounds
from visits.domain.records import BookedCall, Laptop, Visitor
from visits.domain.vetting import may_take_place, revocations, vetted_until
from visits.domain.window import hard_stop_at, next_start

ADULT = 18
MOST_BOOKINGS = 60
MOST_REVOKED = 360


def call_sheet(laptop: Laptop, calls: Sequence[BookedCall], day: date, serial: int, issued_at: datetime) -> CallSheet:
    """The sheet of `laptop` for the local `day`: calls that start on it, or go on past midnight into it.

    `calls` must reach into the days before and after: tomorrow's first call bounds tonight's last hard stop.
    """
    establishment = laptop.establishment
    planned = [call for call in calls if call.ending is None and _is_on(call, calls, day)]
    due = [call for call in planned if may_take_place(call)]
    off = [call for call in calls if cancelled_as(call.ending) is not None and _is_on(call, calls, day)]
    due.sort(key=lambda call: (call.starts_at, call.booking_id))
    return CallSheet(
        use=establishment.use,
        establishment=establishment.name,
        laptop=laptop.name,
        timezone=establishment.timezone,
        day=day,
        serial=serial,
        issued_at=issued_at,
        bookings=tuple(_entry(call, calls, day) for call in due[:MOST_BOOKINGS]),
        cancelled=tuple(_cancelled(call) for call in off[-MOST_BOOKINGS:]),
        revoked=tuple(entry for call in planned for entry in _revoked(call))[:MOST_REVOKED],
    )


def _cancelled(call: BookedCall) -> Cancelled:
    return Cancelled.model_validate({"booking_id": call.booking_id, "outcome": cancelled_as(call.ending)})


def _revoked(call: BookedCall) -> tuple[Revoked, ...]:
    return tuple(
        Revoked(booking_id=call.booking_id, visitor_id=who, kind=why, starts_at=call.starts_at)
        for who, why in revocations(call)
    )


def _is_on(call: BookedCall, calls: Sequence[BookedCall], day: date) -> bool:
    day_starts_at, day_ends_at = day_bounds(day, call.laptop.establishment.timezone)
    return call.starts_at < day_ends_at and hard_stop_at(call, next_start(call, calls)) > day_starts_at


def _entry(call: BookedCall, calls: Sequence[BookedCall], day: date) -> Booking:
    establishment = call.laptop.establishment
    return Booking(
        booking_id=call.booking_id,
        prisoner=Prisoner(number=call.prisoner.number, name=call.prisoner.name),
        participants=tuple(_participant(visitor, day, establishment.timezone) for visitor in call.visitors),
        starts_at=call.starts_at,
        duration_s=int(call.duration.total_seconds()),
        hard_stop_at=hard_stop_at(call, next_start(call, calls)),
        recorded=establishment.recorded,
        watched=establishment.watched,
        limits=Limits(longest_extension_s=int(establishment.longest_extension.total_seconds())),
        note_for_officer=call.note_for_officer,
        note_for_prisoner=call.note_for_prisoner,
    )


def _participant(visitor: Visitor, day: date, timezone: str) -> Participant:
    age = age_on(day, visitor.born_on)
    return Participant(
        visitor_id=visitor.visitor_id,
        name=visitor.name,
        called=visitor.called,
        relation=visitor.relation,
        age=age if age < ADULT else None,
        photo=visitor.photo,
        vetted_until=vetted_until(visitor, day, timezone),
    )
