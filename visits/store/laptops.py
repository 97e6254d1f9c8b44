"""Laptops: known by the digest of their token, each with the newest sheet it was given."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.sheet import CallSheet
from visits.domain.day import day_bounds, local_day
from visits.domain.records import Digest, Laptop
from visits.domain.sheet import call_sheet
from visits.store.bookings import calls_between
from visits.store.reading import laptop_of
from visits.store.tables import EstablishmentRow, LaptopRow
from visits.tokens import digest

NEIGHBOURS: Final = timedelta(days=1)  # a call may cross midnight, and tomorrow's first may bound tonight's last


def laptop_by_token(session: Session, token: Digest) -> Laptop | None:
    """The laptop whose token has this digest."""
    row = session.scalars(select(LaptopRow).where(LaptopRow.token_digest == token)).one_or_none()
    return None if row is None else laptop_of(row)


def only_establishment(session: Session) -> int | None:
    """The id of the establishment, where there is exactly one."""
    ids = session.scalars(select(EstablishmentRow.id).limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def add_laptop(session: Session, establishment_id: int, name: str, token: Digest) -> Laptop:
    """Enrol a laptop."""
    establishment = session.get_one(EstablishmentRow, establishment_id)
    row = LaptopRow(establishment=establishment, name=name, token_digest=token)
    session.add(row)
    session.flush()
    return laptop_of(row)


def standing_sheet(session: Session, laptop_id: int, now: datetime) -> str | None:
    """The newest sheet's document if it still says what is so; None when a new one is due."""
    row = session.get_one(LaptopRow, laptop_id)
    fresh = _fresh_sheet(session, row, now)
    says_the_same = row.sheet_digest == _content(fresh) and row.sheet_day == _today(row, now)
    return row.sheet_document if says_the_same else None


def issue_sheet(session: Session, laptop_id: int, now: datetime) -> str:
    """Write a new sheet with the next serial, and return its document."""
    row = session.get_one(LaptopRow, laptop_id)
    fresh = _fresh_sheet(session, row, now)
    row.sheet_serial = fresh.serial
    row.sheet_day = _today(row, now)
    row.sheet_digest = _content(fresh)
    row.sheet_document = fresh.model_dump_json()
    return row.sheet_document


def photos_on_sheet(session: Session, laptop_id: int, now: datetime) -> frozenset[str]:
    """The photos of everybody on the laptop's sheet as it is now."""
    sheet = _fresh_sheet(session, session.get_one(LaptopRow, laptop_id), now)
    people = (person for booking in sheet.bookings for person in booking.participants)
    return frozenset(person.photo for person in people if person.photo is not None)


def _fresh_sheet(session: Session, row: LaptopRow, now: datetime) -> CallSheet:
    day = _today(row, now)
    since, until = day_bounds(day, row.establishment.timezone)
    calls = calls_between(session, row.id, since - NEIGHBOURS, until + NEIGHBOURS)
    return call_sheet(laptop_of(row), calls, day, row.sheet_serial + 1, now)


def _today(row: LaptopRow, now: datetime) -> date:
    return local_day(now, row.establishment.timezone)


def _content(sheet: CallSheet) -> Digest:
    return digest(sheet.model_dump_json(exclude={"serial", "issued_at"}))
