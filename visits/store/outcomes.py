"""Outcomes as laptops report them: each revision kept once, the newest standing; and read again for staff."""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.record import OutcomeReport
from contract.words import Cause
from visits.domain.cancelling import standing
from visits.domain.records import BookedCall, Ending
from visits.store.bookings import set_ending
from visits.store.reading import call_of
from visits.store.tables import BookingRow, OutcomeRow

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that is over, with the laptop's newest report where there is one."""

    call: BookedCall
    ending: Ending
    report: OutcomeReport | None


def keep_outcome(session: Session, laptop_id: int, report: OutcomeReport, now: datetime) -> Ending | None:
    """Keep the report, once: the ending that stands after it. None: not a booking of this laptop.

    What is older than a revision that is kept, or kept already, changes nothing; the first content of a revision stays.
    """
    row = session.get(BookingRow, report.booking_id)
    if row is None or row.laptop_id != laptop_id:
        return None
    newest = _newest(session, report.booking_id)
    if newest is None or report.revision > newest.revision:
        session.add(_row(report, now))
        set_ending(row, standing(call_of(row).ending, _ending(report)))
    elif not _is_kept(session, report):
        log.warning("revision %d of the outcome of %s comes late or changed", report.revision, report.booking_id)
    return call_of(row).ending


def ended_between(session: Session, since: datetime, until: datetime) -> tuple[Ended, ...]:
    """Every call that starts in [since, until) and is over, in order."""
    query = (
        select(BookingRow)
        .where(BookingRow.starts_at >= since, BookingRow.starts_at < until, BookingRow.outcome.is_not(None))
        .order_by(BookingRow.starts_at, BookingRow.id)
    )
    return tuple(_ended(session, row) for row in session.scalars(query))


def _ended(session: Session, row: BookingRow) -> Ended:
    call = call_of(row)
    assert call.ending is not None
    newest = _newest(session, row.id)
    return Ended(call, call.ending, None if newest is None else _report(newest))


def _newest(session: Session, booking_id: str) -> OutcomeRow | None:
    of_booking = select(func.max(OutcomeRow.revision)).where(OutcomeRow.booking_id == booking_id).scalar_subquery()
    query = select(OutcomeRow).where(OutcomeRow.booking_id == booking_id, OutcomeRow.revision == of_booking)
    return session.scalars(query).one_or_none()


def _is_kept(session: Session, report: OutcomeReport) -> bool:
    query = select(OutcomeRow).where(OutcomeRow.booking_id == report.booking_id, OutcomeRow.revision == report.revision)
    row = session.scalars(query).one_or_none()
    return row is not None and _report(row) == report


def _ending(report: OutcomeReport) -> Ending:
    return Ending(report.outcome, report.ended_by, report.reason, report.talk_ms, report.owed_ms)


def _row(report: OutcomeReport, now: datetime) -> OutcomeRow:
    lost_ms = {str(cause): lost for cause, lost in report.lost_ms.items()}
    return OutcomeRow(**report.model_dump(exclude={"type", "lost_ms"}), lost_ms=lost_ms, reported_at=now)


def _report(row: OutcomeRow) -> OutcomeReport:
    return OutcomeReport(
        booking_id=row.booking_id,
        revision=row.revision,
        outcome=row.outcome,
        ended_by=row.ended_by,
        reason=row.reason,
        code=row.code,
        ended_at=row.ended_at,
        talk_ms=row.talk_ms,
        lost_ms={Cause(cause): lost for cause, lost in row.lost_ms.items()},
        extended_ms=row.extended_ms,
        returned_ms=row.returned_ms,
        owed_ms=row.owed_ms,
    )
