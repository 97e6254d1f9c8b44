"""What staff are shown of laptops' identities: what counts now, and what happened. Changes nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from visits.domain.identity import Happened
from visits.store.tables import LaptopRow
from visits.store.trust_tables import CertificateRow, IdentityEventRow


@dataclass(frozen=True, slots=True)
class IdentityEvent:
    """One thing that happened to an identity; `by` an account of the service's machine, or the laptop."""

    happened: Happened
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A laptop with its newest certificate that counts, if it has one, and its history, oldest first."""

    laptop: str
    serial: str | None
    valid_until: datetime | None
    events: tuple[IdentityEvent, ...]


def identities(session: Session, now: datetime) -> tuple[Identity, ...]:
    """Every laptop, by name."""
    rows = session.scalars(select(LaptopRow).order_by(LaptopRow.name))
    return tuple(_identity(session, row, now) for row in rows)


def _identity(session: Session, row: LaptopRow, now: datetime) -> Identity:
    standing = (
        select(CertificateRow)
        .where(CertificateRow.laptop_id == row.id, CertificateRow.ended.is_(None), CertificateRow.not_after > now)
        .order_by(CertificateRow.id.desc())
    )
    newest = session.scalars(standing).first()
    events = session.scalars(
        select(IdentityEventRow).where(IdentityEventRow.laptop_id == row.id).order_by(IdentityEventRow.id)
    )
    return Identity(
        laptop=row.name,
        serial=None if newest is None else newest.serial,
        valid_until=None if newest is None else newest.not_after,
        events=tuple(IdentityEvent(event.happened, event.at, event.by) for event in events),
    )
