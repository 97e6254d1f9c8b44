"""The call sheet: today's bookings of one laptop, as the service writes it and the guard reads it."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from contract.strict import Message
from contract.words import BookingId, Line, Moment, Note, Outcome, Revocation, Use, VisitorId

PhotoHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 of the photo on file


class Prisoner(Message):
    """Who the booking is for. `number` is the prison number, such as A1234BC."""

    number: Line
    name: Line


class Participant(Message):
    """One vetted visitor. `called` is what the prisoner calls them; `age` is given only when under 18.

    `vetted_until` is the last local day on which the approval counts; after it nobody is admitted on this sheet.
    """

    visitor_id: VisitorId
    name: Line
    called: Line
    relation: Line
    age: Annotated[int, Field(ge=0, lt=18)] | None = None
    photo: PhotoHash | None = None
    vetted_until: date


class Limits(Message):
    """What one booking may have less of than policy allows; None is what policy says."""

    longest_extension_s: Annotated[int, Field(ge=0, le=7200)] | None = None


class Cancelled(Message):
    """A booking that was on an earlier sheet of the day and will not take place."""

    booking_id: BookingId
    outcome: Literal[
        Outcome.ESTABLISHMENT_CANCELLED,
        Outcome.PRISONER_CANCELLED,
        Outcome.VISITOR_CANCELLED,
        Outcome.BATCH_CANCELLATION,
        Outcome.ADMINISTRATIVE_ERROR,
    ]


class Revoked(Message):
    """Somebody on a booking may take part no more: a visitor or, with None, the prisoner. The call is not to be.

    `starts_at` is the booking's, so that who comes for it can be told even by a laptop that never knew it.
    """

    booking_id: BookingId
    visitor_id: VisitorId | None
    kind: Revocation
    starts_at: Moment


class Booking(Message):
    """One call. Times are UTC; `hard_stop_at` is the latest end whatever was lost."""

    booking_id: BookingId
    prisoner: Prisoner
    participants: Annotated[tuple[Participant, ...], Field(min_length=1, max_length=5, strict=False, fail_fast=True)]
    starts_at: Moment
    duration_s: Annotated[int, Field(gt=0, le=7200)]
    hard_stop_at: Moment
    recorded: bool
    watched: bool
    limits: Limits = Limits()
    note_for_officer: Note = ""
    note_for_prisoner: Note = ""  # safe for the prisoner and whoever stands by; printed on the slip

    @property
    def ends_at(self) -> datetime:
        """When the call ends if nothing is given back."""
        return self.starts_at + timedelta(seconds=self.duration_s)

    @model_validator(mode="after")
    def _stops_after_it_starts(self) -> "Booking":
        if self.hard_stop_at <= self.starts_at:
            raise ValueError("hard_stop_at must come after starts_at")
        return self


class CallSheet(Message):
    """One local `day` of one laptop. Only bookings whose every participant is vetted on that day stand in `bookings`;

    one that somebody may take part in no more stands in `revoked` instead, once for each such person.
    """

    use: Use
    establishment: Line
    laptop: Line
    timezone: Line
    day: Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
    serial: Annotated[int, Field(ge=1)]
    issued_at: Moment
    bookings: Annotated[tuple[Booking, ...], Field(max_length=60, strict=False, fail_fast=True)]
    cancelled: Annotated[tuple[Cancelled, ...], Field(max_length=60, strict=False, fail_fast=True)] = ()
    revoked: Annotated[tuple[Revoked, ...], Field(max_length=360, strict=False, fail_fast=True)] = ()

    @model_validator(mode="after")
    def _revoked_bookings_are_off(self) -> "CallSheet":
        if {each.booking_id for each in self.revoked} & {each.booking_id for each in self.bookings}:
            raise ValueError("a revoked booking stands in bookings")
        return self


CALL_SHEET: TypeAdapter[CallSheet] = TypeAdapter(CallSheet)
