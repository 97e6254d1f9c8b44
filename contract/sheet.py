"""The call sheet: today's bookings of one laptop, as the service writes it and the guard reads it."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, TypeAdapter, model_validator

from contract.strict import Message
from contract.words import BookingId, Line, Moment, Note, Outcome, Use, VisitorId

PhotoHash = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]  # SHA-256 of the photo on file


class Prisoner(Message):
    """Who the booking is for. `number` is the prison number, such as A1234BC."""

    number: Line
    name: Line


class Participant(Message):
    """One vetted visitor. `called` is what the prisoner calls them; `age` is given only when under 18."""

    visitor_id: VisitorId
    name: Line
    called: Line
    relation: Line
    age: Annotated[int, Field(ge=0, lt=18)] | None = None
    photo: PhotoHash | None = None


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


class Booking(Message):
    """One call. Times are UTC; `hard_stop_at` is the latest end whatever was lost."""

    booking_id: BookingId
    prisoner: Prisoner
    participants: Annotated[tuple[Participant, ...], Field(min_length=1, max_length=5, strict=False)]
    starts_at: Moment
    duration_s: Annotated[int, Field(gt=0, le=7200)]
    hard_stop_at: Moment
    recorded: bool
    watched: bool
    note_for_officer: Note = ""

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
    """The day of one laptop. Only bookings whose every participant is vetted on that day stand here."""

    use: Use
    establishment: Line
    laptop: Line
    timezone: Line
    serial: Annotated[int, Field(ge=1)]
    issued_at: AwareDatetime
    bookings: Annotated[tuple[Booking, ...], Field(max_length=60, strict=False)]
    cancelled: Annotated[tuple[Cancelled, ...], Field(max_length=60, strict=False)] = ()


CALL_SHEET: TypeAdapter[CallSheet] = TypeAdapter(CallSheet)
