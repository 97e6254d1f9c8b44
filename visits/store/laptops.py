"""Laptops, each with the newest sheet it was given, signed: the same sheet is the same bytes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import Audience, reopened
from contract.sheet import CALL_SHEET, CallSheet
from visits.domain.day import day_bounds, local_day
from visits.domain.records import Digest
from visits.domain.serials import next_serial
from visits.domain.sheet import call_sheet
from visits.keys.signer import DocumentSigner
from visits.store.bookings import calls_between
from visits.store.changes import Listed, listed_if_unchanged, note_issued
from visits.store.reading import laptop_of
from visits.store.tables import EstablishmentRow, LaptopRow
from visits.tokens import digest

SKEW: Final = timedelta(minutes=5)  # a laptop whose clock is a little behind takes a sheet all the same
# Sheets made by other software may look otherwise, though nothing in the database has changed.
MADE_BY: Final = digest(f"{version('visit-laptop')} {CALL_SHEET.json_schema()}")
NEIGHBOURS: Final = timedelta(days=1)  # a call may cross midnight, and tomorrow's first may bound tonight's last


@dataclass(frozen=True, slots=True)
class SheetSigning:
    """With what a sheet is signed, when, and for how long it is valid."""

    signer: DocumentSigner
    now: datetime
    lasts: timedelta

    def sealed(self, row: LaptopRow, sheet: CallSheet) -> str:
        """The signed sheet. Raises ServiceError."""
        audience = Audience(establishment=row.establishment.name, laptop=row.name)
        valid = (self.now - SKEW, self.now + self.lasts)
        return self.signer.sealed(DocumentKind.SHEET, audience, sheet.serial, valid, sheet.model_dump_json().encode())

    def is_good_enough(self, row: LaptopRow) -> bool:
        """Whether the sheet is signed with the key in force and has half its life before it."""
        lasts = row.sheet_renewed_from is not None and self.now < row.sheet_renewed_from
        return row.sheet_document is not None and lasts and row.sheet_key == self.signer.key_id


@dataclass(frozen=True, slots=True)
class Issued:
    """A sheet as a laptop is given it; from `due_at` on there is another one, whatever else happens."""

    document: str
    serial: int
    listed: Listed
    due_at: datetime


def only_establishment(session: Session) -> int | None:
    """The id of the establishment, where there is exactly one."""
    ids = session.scalars(select(EstablishmentRow.id).limit(2)).all()
    return ids[0] if len(ids) == 1 else None


def standing_sheet(session: Session, laptop_id: int, signing: SheetSigning) -> Issued | None:
    """The newest sheet if nothing that it says can have changed since; None where `issue_sheet` must look."""
    row = session.get_one(LaptopRow, laptop_id)
    listed = listed_if_unchanged(session, laptop_id, MADE_BY)
    is_unchanged = listed is not None and row.sheet_day == _today(row, signing.now) and signing.is_good_enough(row)
    return _issued(row, listed) if is_unchanged and listed is not None else None


def issue_sheet(session: Session, laptop_id: int, signing: SheetSigning) -> Issued:
    """The sheet that says what is so now: a new one with the next serial, unless the last one still does."""
    row = session.get_one(LaptopRow, laptop_id)
    fresh, today = _fresh_sheet(session, row, signing.now), _today(row, signing.now)
    if row.sheet_digest != _content(fresh) or row.sheet_day != today or not signing.is_good_enough(row):
        row.sheet_serial, row.sheet_day, row.sheet_digest = fresh.serial, today, _content(fresh)
        row.sheet_key, row.sheet_renewed_from = signing.signer.key_id, signing.now + signing.lasts / 2
        row.sheet_document = signing.sealed(row, fresh)
    note_issued(session, laptop_id, MADE_BY, _listed(fresh))
    return _issued(row, _listed(fresh))


def photos_on_sheet(session: Session, laptop_id: int, now: datetime) -> frozenset[str]:
    """The photos of everybody on the laptop's sheet as it is now; of the last one where nothing has changed since."""
    row = session.get_one(LaptopRow, laptop_id)
    is_unchanged = listed_if_unchanged(session, laptop_id, MADE_BY) is not None and row.sheet_day == _today(row, now)
    sheet = _sheet_in(row.sheet_document) if is_unchanged and row.sheet_document else _fresh_sheet(session, row, now)
    people = (person for booking in sheet.bookings for person in booking.participants)
    return frozenset(person.photo for person in people if person.photo is not None)


def _sheet_in(document: str) -> CallSheet:
    return CALL_SHEET.validate_json(reopened(document, DocumentKind.SHEET).payload)


def _fresh_sheet(session: Session, row: LaptopRow, now: datetime) -> CallSheet:
    day = _today(row, now)
    since, until = day_bounds(day, row.establishment.timezone)
    calls = calls_between(session, row.id, since - NEIGHBOURS, until + NEIGHBOURS)
    return call_sheet(laptop_of(row), calls, day, next_serial(row.sheet_serial, now), now)


def _listed(sheet: CallSheet) -> Listed:
    revoked = dict.fromkeys(each.booking_id for each in sheet.revoked)
    return Listed(tuple(booking.booking_id for booking in sheet.bookings), tuple(revoked))


def _issued(row: LaptopRow, listed: Listed) -> Issued:
    assert row.sheet_document is not None
    assert row.sheet_day is not None
    assert row.sheet_renewed_from is not None
    _, ends_at = day_bounds(row.sheet_day, row.establishment.timezone)
    return Issued(row.sheet_document, row.sheet_serial, listed, min(ends_at, row.sheet_renewed_from))


def _today(row: LaptopRow, now: datetime) -> date:
    return local_day(now, row.establishment.timezone)


def _content(sheet: CallSheet) -> Digest:
    return digest(sheet.model_dump_json(exclude={"serial", "issued_at"}))
