"""Cancelled bookings: which outcomes staff may give, and what stands when the laptop reports an ending as well."""

from dataclasses import replace
from typing import Final

from contract.words import EndedBy, Outcome, Reason
from visits.domain.records import Ending

CANCELLATIONS: Final = (
    Outcome.ESTABLISHMENT_CANCELLED,
    Outcome.PRISONER_CANCELLED,
    Outcome.VISITOR_CANCELLED,
    Outcome.BATCH_CANCELLATION,
    Outcome.ADMINISTRATIVE_ERROR,
)


def cancellation(outcome: Outcome) -> Ending:
    """The ending of a booking that staff cancel."""
    return Ending(outcome, EndedBy.SERVICE, Reason.CANCELLED, 0)


def cancelled_as(ending: Ending | None) -> Outcome | None:
    """With which outcome the booking was cancelled, or None if it was not."""
    is_cancelled = ending is not None and ending.reason is Reason.CANCELLED and ending.outcome in CANCELLATIONS
    return ending.outcome if ending is not None and is_cancelled else None


def standing(before: Ending | None, reported: Ending) -> Ending:
    """Which ending stands once the laptop has reported one.

    Staff's word on why a booking was cancelled stands; but a call that people had all the same was not cancelled.
    """
    outcome = cancelled_as(before)
    if before is None or outcome is None or (reported.talk_ms > 0 and reported.reason is not Reason.CANCELLED):
        return reported
    return replace(before, talk_ms=reported.talk_ms, owed_ms=reported.owed_ms)
