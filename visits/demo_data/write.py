"""Writes rows of the made-up establishment, each only if it is not there yet. The story they tell is in `seed`."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.words import Use
from visits.demo_data.people import ESTABLISHMENT, LAPTOP, TIMEZONE, TURNAROUND_S, Household, Person
from visits.store.photos import keep_photo
from visits.store.tables import BookingRow, EstablishmentRow, LaptopRow, PrisonerRow, VettingRow, VisitorRow
from visits.tokens import Token, digest, new_id, new_token

VETTED_FOR = timedelta(days=365)
PHOTOS: Final = Path(__file__).parent / "photos"


@dataclass(frozen=True, slots=True)
class Made:
    """A booking just made, with the link that is known only now."""

    booking_id: str
    link: Token
    starts_at: datetime
    ends_at: datetime
    prisoner: str
    visitors: tuple[str, ...]


def establishment(session: Session, longest_extension: timedelta | None) -> EstablishmentRow:
    """The establishment; `longest_extension` None keeps what it has."""
    row = session.scalars(select(EstablishmentRow).where(EstablishmentRow.name == ESTABLISHMENT)).one_or_none()
    if row is None:
        row = EstablishmentRow(
            name=ESTABLISHMENT,
            timezone=TIMEZONE,
            turnaround_s=TURNAROUND_S,
            longest_extension_s=0,
            recorded=False,
            watched=False,
            use=Use.DEMO,
        )
        session.add(row)
    if longest_extension is not None:
        row.longest_extension_s = int(longest_extension.total_seconds())
    return row


def laptop(session: Session, owner: EstablishmentRow) -> LaptopRow:
    """The laptop; it is enrolled by a code, as any is."""
    row = session.scalars(select(LaptopRow).where(LaptopRow.name == LAPTOP)).one_or_none()
    if row is None:
        row = LaptopRow(establishment=owner, name=LAPTOP)
        session.add(row)
        session.flush()
    return row


def booking(
    session: Session, where: LaptopRow, household: Household, starts_at: datetime, duration: timedelta
) -> tuple[BookingRow, Made]:
    """A new booking of `household`, whose people are added if they are not known."""
    who = _prisoner(session, household)
    visitors = [_visitor(session, who, person, starts_at.date()) for person in household.people]
    link = new_token()
    row = BookingRow(
        id=new_id("booking"),
        laptop=where,
        prisoner=who,
        visitors=visitors,
        starts_at=starts_at,
        duration_s=int(duration.total_seconds()),
        note_for_officer=household.note,
        note_for_prisoner=household.safe_note,
        link_digest=digest(link),
    )
    session.add(row)
    session.flush()
    names = tuple(visitor.name for visitor in visitors)
    return row, Made(row.id, link, starts_at, starts_at + duration, who.name, names)


def _prisoner(session: Session, household: Household) -> PrisonerRow:
    row = session.scalars(select(PrisonerRow).where(PrisonerRow.number == household.number)).one_or_none()
    if row is None:
        row = PrisonerRow(number=household.number, name=household.prisoner)
        session.add(row)
        session.flush()
    return row


def _visitor(session: Session, who: PrisonerRow, person: Person, day: date) -> VisitorRow:
    query = select(VisitorRow).where(VisitorRow.prisoner_id == who.id, VisitorRow.name == person.name)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = VisitorRow(
            id=new_id("visitor"),
            prisoner_id=who.id,
            name=person.name,
            called=person.called,
            relation=person.relation,
            born_on=date(day.year - person.age, 1, 1),
            photo=None if person.photo is None else keep_photo(session, (PHOTOS / person.photo).read_bytes()),
            vettings=[VettingRow(valid_from=day - VETTED_FOR, valid_until=day + VETTED_FOR)] if person.vetted else [],
        )
        session.add(row)
    return row
