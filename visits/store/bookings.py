"""Bookings: found by link or id, claimed by a browser, cancelled. Each function is one piece of work in a session."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contract.words import Outcome
from visits.domain.cancelling import cancellation
from visits.domain.records import BookedCall, Claim, Digest, Ending
from visits.domain.window import Visit, hard_stop_at
from visits.store.reading import call_of
from visits.store.tables import BookingRow


def visit_by_link(session: Session, link: Digest) -> Visit | None:
    """The visit whose link has this digest."""
    row = session.scalars(select(BookingRow).where(BookingRow.link_digest == link)).one_or_none()
    return None if row is None else _visit(session, row)


def visit_by_id(session: Session, booking_id: str) -> Visit | None:
    """The visit with this booking id."""
    row = session.get(BookingRow, booking_id)
    return None if row is None else _visit(session, row)


def calls_between(session: Session, laptop_id: int, since: datetime, until: datetime) -> tuple[BookedCall, ...]:
    """The laptop's calls that start in [since, until), in order."""
    query = (
        select(BookingRow)
        .where(BookingRow.laptop_id == laptop_id, BookingRow.starts_at >= since, BookingRow.starts_at < until)
        .order_by(BookingRow.starts_at)
    )
    return tuple(call_of(row) for row in session.scalars(query))


def claim(session: Session, booking_id: str, before: Claim | None, after: Claim) -> bool:
    """Give the link to `after` if it still belongs to `before`; False when somebody was quicker."""
    result = session.execute(
        update(BookingRow)
        .where(BookingRow.id == booking_id)
        .where(BookingRow.claim_digest.is_not_distinct_from(None if before is None else before.cookie))
        .values(claim_digest=after.cookie, claimed_at=after.claimed_at)
        .returning(BookingRow.id)
    )
    return result.first() is not None


def set_ending(row: BookingRow, ending: Ending) -> None:
    """Make `ending` the one that stands."""
    row.outcome, row.ended_by, row.reason = ending.outcome, ending.ended_by, ending.reason
    row.talk_ms, row.owed_ms = ending.talk_ms, ending.owed_ms


def cancel(session: Session, booking_id: str, outcome: Outcome) -> bool:
    """Cancel a booking that has no ending yet; False when it is over, or is not there."""
    row = session.get(BookingRow, booking_id)
    if row is None or row.outcome is not None:
        return False
    set_ending(row, cancellation(outcome))
    return True


def renew_link(session: Session, booking_id: str, link: Digest) -> bool:
    """Replace the link, which also ends any claim on it; False when there is no such booking."""
    row = session.get(BookingRow, booking_id)
    if row is None:
        return False
    row.link_digest, row.claim_digest, row.claimed_at = link, None, None
    return True


def _visit(session: Session, row: BookingRow) -> Visit:
    next_starts_at = session.scalar(
        select(func.min(BookingRow.starts_at)).where(
            BookingRow.laptop_id == row.laptop_id,
            BookingRow.starts_at > row.starts_at,
            BookingRow.outcome.is_(None),
        )
    )
    call = call_of(row)
    return Visit(call, hard_stop_at(call, next_starts_at))
