"""Whether each laptop was ready when it last looked: the newest report is kept, the ones before are not."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.readiness import CheckRow, Readiness
from visits.store.readiness_tables import ReadinessRow
from visits.store.tables import LaptopRow


@dataclass(frozen=True, slots=True)
class Reported:
    """A laptop with its newest report, if it has ever made one, and when that was heard."""

    laptop: str
    readiness: Readiness | None
    heard_at: datetime | None


def keep_readiness(session: Session, laptop_id: int, report: Readiness, now: datetime) -> None:
    """Keep it, unless it is older than what is known. The same one again only says that the laptop is there."""
    row = session.get(ReadinessRow, laptop_id)
    if row is None:
        row = ReadinessRow(laptop_id=laptop_id)
        session.add(row)
    elif report.checked_at < row.checked_at <= now:
        return
    row.checked_at, row.heard_at, row.checked_for = report.checked_at, now, report.checked_for
    row.booking_id, row.light = report.booking_id, report.light
    row.rows = [each.model_dump(mode="json") for each in report.rows]


def reported(session: Session) -> tuple[Reported, ...]:
    """Every laptop, by name."""
    known = {row.laptop_id: row for row in session.scalars(select(ReadinessRow))}
    laptops = session.scalars(select(LaptopRow).order_by(LaptopRow.name))
    return tuple(_reported(laptop, known.get(laptop.id)) for laptop in laptops)


def _reported(laptop: LaptopRow, row: ReadinessRow | None) -> Reported:
    if row is None:
        return Reported(laptop.name, None, None)
    rows = tuple(CheckRow.model_validate(each, strict=False) for each in row.rows)
    report = Readiness(checked_at=row.checked_at, checked_for=row.checked_for, booking_id=row.booking_id, rows=rows)
    return Reported(laptop.name, report, row.heard_at)
