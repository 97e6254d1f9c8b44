"""Outcomes in the store: each revision once, the newest standing, and only the laptop's own bookings."""

import logging
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.record import OutcomeReport
from contract.words import Cause, EndCode, EndedBy, Outcome, Reason
from tests.fakes.visits import NOON, report
from visits.demo_data.seed import Seeded
from visits.domain.records import Ending
from visits.store.bookings import cancel
from visits.store.database import Database
from visits.store.outcomes import Ended, ended_between, keep_outcome
from visits.store.tables import OutcomeRow

LAPTOP = 1


def keep(database: Database, said: OutcomeReport, laptop_id: int = LAPTOP) -> Ending | None:
    return database.write(keep_outcome, laptop_id, said, NOON)


def kept(database: Database, booking_id: str) -> Ended:
    every = database.read(ended_between, NOON - timedelta(days=1), NOON + timedelta(days=1))
    (ended,) = [each for each in every if each.call.booking_id == booking_id]
    return ended


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(OutcomeRow)) or 0


def test_a_report_is_kept_whole(database: Database, seeded: Seeded) -> None:
    said = report(seeded.due.booking_id, code=EndCode.INCIDENT, ended_by=None, extended_ms=60_000, returned_ms=1)
    keep(database, said)
    ended = kept(database, seeded.due.booking_id)
    assert ended.report == said
    assert ended.ending == Ending(Outcome.COMPLETED_NORMALLY, None, Reason.TIME_UP, 1_680_000, 120_000)


def test_saying_a_revision_again_changes_nothing(database: Database, seeded: Seeded) -> None:
    said = report(seeded.due.booking_id)
    assert keep(database, said) == keep(database, said)
    assert database.read(rows) == 1


def test_the_first_content_of_a_revision_stays_and_the_other_is_logged(
    database: Database, seeded: Seeded, caplog: pytest.LogCaptureFixture
) -> None:
    said = report(seeded.due.booking_id)
    keep(database, said)
    with caplog.at_level(logging.WARNING):
        keep(database, report(seeded.due.booking_id, owed_ms=0))
    assert kept(database, seeded.due.booking_id).report == said
    assert "late or changed" in caplog.text


def test_a_reason_given_later_stands(database: Database, seeded: Seeded) -> None:
    keep(database, report(seeded.due.booking_id, outcome=Outcome.NOT_RECORDED))
    later = report(seeded.due.booking_id, 2, outcome=Outcome.TERMINATED_BY_STAFF, ended_by=EndedBy.OFFICER)
    ending = keep(database, later)
    assert ending is not None
    assert ending.outcome is Outcome.TERMINATED_BY_STAFF
    assert database.read(rows) == 2


def test_an_older_revision_that_comes_late_changes_nothing(database: Database, seeded: Seeded) -> None:
    newer = report(seeded.due.booking_id, 2)
    keep(database, newer)
    keep(database, report(seeded.due.booking_id, 1, outcome=Outcome.NOT_RECORDED))
    assert kept(database, seeded.due.booking_id).report == newer
    assert database.read(rows) == 1


def test_a_report_of_another_laptops_booking_or_of_none_is_not_kept(database: Database, seeded: Seeded) -> None:
    assert keep(database, report(seeded.due.booking_id), laptop_id=2) is None
    assert keep(database, report("booking-unknown")) is None
    assert database.read(rows) == 0


def test_why_staff_cancelled_stands_when_the_laptop_reports_the_cancelled_call(
    database: Database, seeded: Seeded
) -> None:
    database.write(cancel, seeded.due.booking_id, Outcome.VISITOR_CANCELLED)
    said = report(
        seeded.due.booking_id, outcome=Outcome.ESTABLISHMENT_CANCELLED, reason=Reason.CANCELLED, talk_ms=5, owed_ms=9
    )
    assert keep(database, said) == Ending(
        Outcome.VISITOR_CANCELLED, EndedBy.SERVICE, Reason.CANCELLED, talk_ms=5, owed_ms=9
    )


def test_a_call_that_people_had_was_not_cancelled(database: Database, seeded: Seeded) -> None:
    database.write(cancel, seeded.due.booking_id, Outcome.VISITOR_CANCELLED)
    ending = keep(database, report(seeded.due.booking_id))
    assert ending is not None
    assert ending.outcome is Outcome.COMPLETED_NORMALLY


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    revisions=st.lists(st.integers(1, 5), min_size=1, max_size=8),
    lost=st.dictionaries(st.sampled_from(Cause), st.integers(0, 2**53 - 1)),
)
def test_in_whatever_order_revisions_come_the_newest_stands(
    database: Database, seeded: Seeded, revisions: list[int], lost: dict[Cause, int]
) -> None:
    def forget(session: Session) -> None:
        for row in session.scalars(select(OutcomeRow)):
            session.delete(row)

    database.write(forget)
    for revision in revisions:
        keep(database, report(seeded.due.booking_id, revision, talk_ms=revision, lost_ms=lost))
    newest = kept(database, seeded.due.booking_id).report
    assert newest is not None
    assert (newest.revision, newest.talk_ms, newest.lost_ms) == (max(revisions), max(revisions), lost)
