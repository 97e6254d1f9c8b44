"""The call sheet: today's bookings of one laptop, as the service writes it and the guard reads it."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter, field_validator, model_validator

from contract.strict import Message
from contract.words import BookingId, Line, Note, Use, VisitorId


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


class Booking(Message):
    """One call. Times are UTC; `hard_stop_at` is the latest end whatever was lost."""

    booking_id: BookingId
    prisoner: Prisoner
    participants: Annotated[tuple[Participant, ...], Field(min_length=1, max_length=5, strict=False)]
    starts_at: AwareDatetime
    duration_s: Annotated[int, Field(gt=0, le=7200)]
    hard_stop_at: AwareDatetime
    recorded: bool
    watched: bool
    note_for_officer: Note = ""

    @property
    def ends_at(self) -> datetime:
        """When the call ends if nothing is given back."""
        return self.starts_at + timedelta(seconds=self.duration_s)

    @field_validator("starts_at", "hard_stop_at")
    @classmethod
    def _is_of_our_time(cls, instant: datetime) -> datetime:
        """No arithmetic on a booking's times can leave the calendar."""
        if not 2000 <= instant.year < 3000:
            raise ValueError("not a year of this service")
        return instant

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


CALL_SHEET: TypeAdapter[CallSheet] = TypeAdapter(CallSheet)
