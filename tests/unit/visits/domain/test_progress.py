"""What the visitor is told, for every word the laptop may have said last."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contract.laptop_link import CallNow
from contract.sentences import SET_MESSAGES, WHY_IT_ENDED
from contract.visitor_link import Phase, VisitorCall
from contract.words import CallState, EndedBy, Outcome, Reason, SetMessage
from tests.fakes.visits import NOON, call
from visits.domain.progress import PHASES, TALKING, ending_of, progress
from visits.domain.records import Ending
from visits.domain.window import Visit

VISIT = Visit(call(), NOON + timedelta(minutes=30))
BEFORE_OPENING = NOON - timedelta(minutes=5, seconds=1)
LONG_OVER = NOON + timedelta(hours=1)


def said(state: CallState, **more: object) -> CallNow:
    fields = {"booking_id": "b1", "state": state, "talk_ms": 0, "left_ms": 1_000, **more}
    return CallNow.model_validate(fields)


def told(last: CallNow | None, at: timedelta = timedelta(0), visit: Visit = VISIT) -> VisitorCall:
    return progress(visit, last, NOON + at, prison_connected=True)


def test_before_the_room_opens_it_is_early() -> None:
    assert progress(VISIT, None, BEFORE_OPENING, prison_connected=False).phase is Phase.EARLY
    assert told(None, -timedelta(minutes=5)).phase is Phase.WAITING


def test_early_ends_as_soon_as_the_officer_begins() -> None:
    assert progress(VISIT, said(CallState.WAITING), BEFORE_OPENING, prison_connected=True).phase is Phase.EARLY
    assert progress(VISIT, said(CallState.IDENTITY), BEFORE_OPENING, prison_connected=True).phase is Phase.CHECKING


@pytest.mark.parametrize("state", list(CallState))
def test_every_state_has_a_phase_and_time_left_is_said_only_while_talking(state: CallState) -> None:
    now = told(said(state))
    assert now.phase is (Phase.ENDED if state is CallState.ENDED else PHASES[state])
    assert (now.left_ms is not None) == (state in TALKING)


@pytest.mark.parametrize("reason", list(Reason))
def test_the_goodbye_has_the_sentence_the_laptop_shows(reason: Reason) -> None:
    now = told(said(CallState.ENDED, outcome=Outcome.COMPLETED_NORMALLY, reason=reason, talk_ms=5))
    assert (now.reason, now.why, now.talk_ms) == (reason, WHY_IT_ENDED[reason], 5)


def test_the_recorded_ending_stands_whatever_the_laptop_says_after() -> None:
    ending = Ending(Outcome.TERMINATED_BY_STAFF, EndedBy.OFFICER, Reason.OFFICER_ENDED, 7)
    over = Visit(replace(VISIT.call, ending=ending), VISIT.hard_stop_at)
    assert told(said(CallState.LIVE), visit=over).reason is Reason.OFFICER_ENDED


def test_an_ending_nobody_explains_is_not_recorded_as_anything() -> None:
    assert ending_of(said(CallState.ENDED)).outcome is Outcome.NOT_RECORDED


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        (None, Reason.NEVER_STARTED),
        (said(CallState.WAITING), Reason.NEVER_STARTED),
        (said(CallState.IDENTITY), Reason.NEVER_STARTED),
        (said(CallState.JOINING), Reason.NEVER_CONNECTED),
        (said(CallState.LIVE), Reason.TIME_UP),
    ],
    ids=str,
)
def test_a_family_is_not_left_waiting_by_a_laptop_that_is_lost(last: CallNow | None, reason: Reason) -> None:
    now = progress(VISIT, last, LONG_OVER, prison_connected=False)
    assert (now.phase, now.reason) == (Phase.ENDED, reason)


def test_the_laptop_has_the_last_word_for_a_moment_after_the_hard_stop() -> None:
    assert told(said(CallState.LIVE), timedelta(minutes=30, seconds=4)).phase is Phase.LIVE


def test_whether_you_are_heard_and_seen_is_said_once_both_talk() -> None:
    for state in (CallState.LIVE, CallState.INTERRUPTED):
        now = told(said(state, heard=False, seen=True))
        assert (now.heard, now.seen) == (False, True)
    now = told(said(CallState.JOINING, heard=False, seen=False))
    assert (now.heard, now.seen) == (None, None)


@pytest.mark.parametrize("notice", list(SetMessage))
def test_an_officers_message_is_told_as_its_sentence(notice: SetMessage) -> None:
    assert told(said(CallState.LIVE, notice=notice)).notice == SET_MESSAGES[notice]


def test_what_is_owed_is_told_with_the_ending_that_is_kept_or_reported() -> None:
    assert told(said(CallState.ENDED, owed_ms=7)).owed_ms == 7
    over = Visit(replace(VISIT.call, ending=Ending(Outcome.TECHNICAL_LAPTOP, None, None, 0, 9)), VISIT.hard_stop_at)
    assert told(said(CallState.ENDED, owed_ms=7), visit=over).owed_ms == 9
