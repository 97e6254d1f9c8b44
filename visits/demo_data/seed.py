"""The made-up day: one call that has been, one that is due, two to come. A second run adds a due call and no people."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.words import EndedBy, Outcome, Reason, Use
from visits.demo_data import write
from visits.demo_data.people import DUE, EARLIER, LATER, TIMEZONE, UNVETTED
from visits.demo_data.write import Made
from visits.domain.cancelling import cancellation
from visits.domain.day import local_day
from visits.domain.records import Ending
from visits.errors import ServiceError
from visits.store.bookings import set_ending
from visits.store.tables import BookingRow, EstablishmentRow, LaptopRow

SLOT: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for. `longest_extension` None keeps what the establishment has."""

    starts_in: timedelta
    duration: timedelta
    longest_extension: timedelta | None = None
    is_vetted: bool = True


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was written."""

    laptop: str
    due: Made
    later: tuple[Made, ...]


def seed(session: Session, wish: Wish, now: datetime) -> Seeded:
    """Write it. Raises ServiceError rather than touch a database in live use."""
    if session.scalars(select(EstablishmentRow.id).where(EstablishmentRow.use == Use.LIVE)).first() is not None:
        raise ServiceError("this database is in live use: demo data is not for it")
    place = write.establishment(session, wish.longest_extension)
    laptop = write.laptop(session, place)
    is_first_run = session.scalars(select(BookingRow.id).where(BookingRow.laptop_id == laptop.id)).first() is None
    starts_at = now + wish.starts_in
    _make_way(session, laptop, now, starts_at, starts_at + wish.duration)
    _, due = write.booking(session, laptop, DUE if wish.is_vetted else UNVETTED, starts_at, wish.duration)
    later = _rest_of_day(session, laptop, due) if is_first_run else ()
    return Seeded(laptop.name, due, later)


def _make_way(session: Session, laptop: LaptopRow, now: datetime, since: datetime, until: datetime) -> None:
    """Cancel what is still to come between `since` and `until`; a call under way is left alone."""
    query = select(BookingRow).where(
        BookingRow.laptop_id == laptop.id, BookingRow.outcome.is_(None), BookingRow.starts_at.between(now, until)
    )
    for row in session.scalars(query):
        if row.starts_at + timedelta(seconds=row.duration_s) > since:
            set_ending(row, cancellation(Outcome.ESTABLISHMENT_CANCELLED))


def _rest_of_day(session: Session, laptop: LaptopRow, due: Made) -> tuple[Made, ...]:
    """A call that has been, and calls to come that leave the due one all its room."""
    place = laptop.establishment
    today = local_day(due.starts_at, TIMEZONE)
    begun_at = _on_the_half_hour(due.starts_at) - 4 * SLOT
    if local_day(begun_at, TIMEZONE) == today:
        row, _ = write.booking(session, laptop, EARLIER, begun_at, SLOT)
        talk_ms = int(SLOT.total_seconds()) * 1000
        set_ending(row, Ending(Outcome.COMPLETED_NORMALLY, EndedBy.TIME, Reason.TIME_UP, talk_ms))
    room = timedelta(seconds=place.longest_extension_s + place.turnaround_s)
    first_at = _on_the_half_hour(due.ends_at + room) + SLOT
    times = [first_at + 2 * SLOT * place_in_line for place_in_line in range(len(LATER))]
    return tuple(
        write.booking(session, laptop, household, at, SLOT)[1]
        for household, at in zip(LATER, times, strict=True)
        if local_day(at, TIMEZONE) == today
    )


def _on_the_half_hour(moment: datetime) -> datetime:
    """The last half hour at or before `moment`; local half hours are UTC ones in the United Kingdom."""
    return moment.replace(minute=moment.minute // 30 * 30, second=0, microsecond=0)
