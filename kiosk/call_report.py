"""What the service is told of one call: where it is now, and how it ended; a pure reading of its state."""

from contract.laptop_link import CallNow
from contract.record import OutcomeReport
from contract.words import CallState, Outcome
from kiosk.call import Call

_UNEXPLAINED = (Outcome.TERMINATED_BY_STAFF, Outcome.NOT_RECORDED)


def owed_ms(call: Call) -> int:
    """Talk still owed once the call has ended; 0 before."""
    ending = call.course.ending
    return 0 if ending is None else call.time.fair.owed_ms(by_a_person=ending.by_a_person)


def asks_reason(call: Call) -> bool:
    """Whether staff ended the call, or nobody explains its end, and no officer has said why."""
    ending = call.course.ending
    if ending is None or call.course.reason_skipped:
        return False
    return ending.outcome in _UNEXPLAINED and ending.code is None


def call_now(call: Call) -> CallNow:
    """Where the call is."""
    ending, is_tried = call.course.ending, call.state in (CallState.LIVE, CallState.INTERRUPTED)
    return CallNow(
        booking_id=call.booking.booking_id,
        state=call.state,
        talk_ms=call.time.account.talk_ms,
        left_ms=call.left_ms,
        outcome=None if ending is None else ending.outcome,
        ended_by=None if ending is None else ending.ended_by,
        reason=None if ending is None else ending.reason,
        heard=call.meeting.is_heard() if is_tried else None,
        seen=call.meeting.is_seen() if is_tried else None,
        notice=call.sentence.now,
        owed_ms=owed_ms(call),
        joined=call.meeting.joined,
    )


def outcome_report(call: Call) -> OutcomeReport:
    """The whole ending, for the record."""
    course, account, fair = call.course, call.time.account, call.time.fair
    assert course.ending is not None, "only an ended call has an outcome"
    assert course.ended_at is not None, "what has ended has ended at some time"
    return OutcomeReport(
        booking_id=call.booking.booking_id,
        revision=course.revision,
        outcome=course.ending.outcome,
        ended_by=course.ending.ended_by,
        reason=course.ending.reason,
        code=course.ending.code,
        ended_at=course.ended_at,
        talk_ms=account.talk_ms,
        lost_ms=account.lost_ms,
        extended_ms=fair.times.extended_ms,
        returned_ms=fair.returned_ms(),
        owed_ms=owed_ms(call),
    )
