"""Who may visit: approvals given and ended, prisoners who move. Each function is one piece of work in a session."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.words import Revocation
from visits.domain.records import BookedCall, Visitor
from visits.domain.vetting import may_take_place
from visits.store.reading import call_of, visitor_of
from visits.store.tables import BookingRow, PrisonerRow, VettingRow, VisitorRow

STILL_ON: Final = timedelta(days=1)  # a call that started so long ago may still run


def revoke(session: Session, visitor_id: str, why: Revocation, now: datetime) -> bool:
    """End every approval of the visitor at once; False when there is no such visitor, or none was left to end."""
    standing = session.scalars(
        select(VettingRow).where(
            VettingRow.visitor_id == visitor_id,
            VettingRow.revoked_at.is_(None),
            VettingRow.valid_until >= now.date() - STILL_ON,
        )
    ).all()
    for row in standing:
        row.revoked_at, row.revoked_as = now, why
    return bool(standing)


def approve(session: Session, visitor_id: str, since: date, until: date) -> bool:
    """Add an approval; False when there is no such visitor."""
    visitor = session.get(VisitorRow, visitor_id)
    if visitor is None:
        return False
    visitor.vettings.append(VettingRow(valid_from=since, valid_until=until))
    return True


def prisoner_moved(session: Session, number: str, at: datetime | None) -> bool:
    """Note that the prisoner has moved away, or with None is back; False when there is no such prisoner."""
    row = session.scalars(select(PrisonerRow).where(PrisonerRow.number == number)).one_or_none()
    if row is None:
        return False
    row.moved_at = at
    return True


def barred_calls(session: Session, now: datetime) -> tuple[BookedCall, ...]:
    """Calls still to come, or running, that somebody on them may not take part in."""
    query = (
        select(BookingRow)
        .where(BookingRow.outcome.is_(None), BookingRow.starts_at > now - STILL_ON)
        .order_by(BookingRow.starts_at)
    )
    return tuple(call for row in session.scalars(query) if not may_take_place(call := call_of(row)))


def contacts(session: Session, number: str | None) -> tuple[tuple[str, Visitor], ...]:
    """Prison number and visitor: of one prisoner, or of everybody."""
    query = select(PrisonerRow.number, VisitorRow).join(PrisonerRow, PrisonerRow.id == VisitorRow.prisoner_id)
    if number is not None:
        query = query.where(PrisonerRow.number == number)
    rows = session.execute(query.order_by(PrisonerRow.number, VisitorRow.name)).all()
    return tuple((prisoner, visitor_of(row)) for prisoner, row in rows)
