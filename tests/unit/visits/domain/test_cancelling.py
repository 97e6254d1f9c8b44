"""What stands when staff cancel a booking and the laptop reports an ending."""

from typing import get_args

import pytest

from contract.sheet import Cancelled
from contract.words import EndedBy, Outcome, Reason
from visits.domain.cancelling import CANCELLATIONS, cancellation, cancelled_as, standing
from visits.domain.records import Ending

REPORTED = Ending(Outcome.COMPLETED_NORMALLY, EndedBy.TIME, Reason.TIME_UP, 5, 7)


def test_staff_may_give_just_what_a_sheet_may_say() -> None:
    assert get_args(Cancelled.model_fields["outcome"].annotation) == CANCELLATIONS


@pytest.mark.parametrize("outcome", CANCELLATIONS)
def test_a_cancelled_booking_is_known_by_its_outcome_and_reason(outcome: Outcome) -> None:
    assert cancelled_as(cancellation(outcome)) is outcome
    assert cancelled_as(Ending(outcome, None, Reason.OFFICER_ENDED, 0)) is None
    assert cancelled_as(None) is None


def test_a_report_stands_over_what_was_reported_before() -> None:
    assert standing(None, REPORTED) == REPORTED
    assert standing(Ending(Outcome.NOT_RECORDED, None, None, 0), REPORTED) == REPORTED


def test_staffs_reason_stands_over_a_report_that_the_call_was_cancelled() -> None:
    reported = Ending(Outcome.ESTABLISHMENT_CANCELLED, EndedBy.SERVICE, Reason.CANCELLED, 5, 7)
    stands = standing(cancellation(Outcome.VISITOR_CANCELLED), reported)
    assert stands == Ending(Outcome.VISITOR_CANCELLED, EndedBy.SERVICE, Reason.CANCELLED, 5, 7)


def test_a_call_that_people_had_was_not_cancelled() -> None:
    assert standing(cancellation(Outcome.VISITOR_CANCELLED), REPORTED) == REPORTED
