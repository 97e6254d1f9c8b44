"""Endings: one for each thing a person may do, and by time never a no-show that was our own doing."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.words import CallState, Cause, EndCode, EndedBy, Outcome, Reason
from kiosk.policy.endings import BY_A_PERSON, EXPLAINED, Ending, Facts, ending_by_time
from kiosk.policy.states import TRANSITIONS, Event

ALL_WELL = Facts(
    state=CallState.JOINING,
    cause=Cause.SERVICE,
    was_opened_in_time=True,
    was_admitted=True,
    visitor_came=True,
    could_have_heard=True,
    was_live=False,
)
FACTS = st.builds(Facts, state=st.sampled_from([state for state in CallState if state is not CallState.ENDED]))


@pytest.mark.parametrize(
    ("event", "outcome", "ended_by", "reason"),
    [
        (Event.STAFF_STOPPED, Outcome.TERMINATED_BY_STAFF, EndedBy.OFFICER, Reason.OFFICER_ENDED),
        (Event.PRISONER_LEFT, Outcome.PRISONER_COMPLETED_EARLY, EndedBy.PRISONER, Reason.PRISONER_LEFT),
        (Event.VISITOR_LEFT, Outcome.VISITOR_COMPLETED_EARLY, EndedBy.VISITOR, Reason.VISITOR_LEFT),
        (Event.NO_SHOW, Outcome.VISITOR_DID_NOT_ARRIVE, EndedBy.OFFICER, Reason.VISITOR_NEVER_CAME),
        (Event.CANCELLED, Outcome.ESTABLISHMENT_CANCELLED, EndedBy.SERVICE, Reason.CANCELLED),
    ],
)
def test_what_a_person_does_is_written_down_as_theirs(
    event: Event, outcome: Outcome, ended_by: EndedBy, reason: Reason
) -> None:
    assert BY_A_PERSON[event] == Ending(outcome, ended_by, reason)


def test_every_event_that_ends_a_call_has_an_ending() -> None:
    ends = {event for (_state, event), after in TRANSITIONS.items() if after is CallState.ENDED}
    assert ends == set(BY_A_PERSON) | {Event.TIME_UP}


def ended(**changes: object) -> tuple[Event, Outcome, Reason]:
    event, ending = ending_by_time(replace(ALL_WELL, **changes))  # type: ignore[arg-type]  # fields of Facts, by name
    assert ending.ended_by is EndedBy.TIME
    return event, ending.outcome, ending.reason


def test_a_live_call_has_used_its_time() -> None:
    used = (Event.TIME_UP, Outcome.COMPLETED_NORMALLY, Reason.TIME_UP)
    assert ended(state=CallState.LIVE, was_live=True) == used
    assert ended(state=CallState.LIVE, was_live=True, cause=Cause.LAPTOP) == used


CAUSES = [
    ({"cause": Cause.LAPTOP}, Outcome.TECHNICAL_LAPTOP),
    ({"cause": Cause.PRISON_NETWORK}, Outcome.TECHNICAL_PRISON_NETWORK),
    ({"cause": Cause.VISITOR_ABSENT}, Outcome.TECHNICAL_VISITOR_SIDE),
    ({"cause": Cause.VISITOR_SIDE}, Outcome.TECHNICAL_VISITOR_SIDE),
    ({"cause": Cause.SERVICE}, Outcome.TECHNICAL_SERVICE),
    ({"cause": Cause.PRISONER}, Outcome.TERMINATED_BY_STAFF),
    ({"cause": Cause.OFFICER}, Outcome.NOT_RECORDED),
    ({"cause": Cause.ANNOUNCEMENT}, Outcome.NOT_RECORDED),
]


@pytest.mark.parametrize(("changes", "outcome"), CAUSES)
def test_a_call_that_ends_interrupted_says_whose_fault_the_last_silence_was(
    changes: dict[str, object], outcome: Outcome
) -> None:
    assert ended(state=CallState.INTERRUPTED, was_live=True, **changes) == (Event.TIME_UP, outcome, Reason.TIME_UP)


@pytest.mark.parametrize(("changes", "outcome"), CAUSES)
def test_a_call_that_was_admitted_and_never_live_could_not_be_connected(
    changes: dict[str, object], outcome: Outcome
) -> None:
    assert ended(**changes) == (Event.TIME_UP, outcome, Reason.NEVER_CONNECTED)


def test_a_family_that_never_came_to_an_opened_room_did_not_arrive() -> None:
    absent = {"visitor_came": False, "cause": Cause.VISITOR_ABSENT}
    did_not_arrive = (Event.NO_SHOW, Outcome.VISITOR_DID_NOT_ARRIVE, Reason.VISITOR_NEVER_CAME)
    assert ended(state=CallState.IDENTITY, was_admitted=False, **absent) == did_not_arrive
    assert ended(**absent) == did_not_arrive


def test_a_call_that_no_officer_opened_was_never_started_whether_or_not_the_family_came() -> None:
    for came in (True, False):
        unopened = ended(
            state=CallState.WAITING,
            cause=Cause.NOT_BROUGHT,
            was_opened_in_time=False,
            was_admitted=False,
            visitor_came=came,
        )
        assert unopened == (Event.NO_SHOW, Outcome.NOT_RECORDED, Reason.NEVER_STARTED)


def test_a_family_that_came_and_was_not_admitted_is_not_blamed() -> None:
    unadmitted = ended(state=CallState.IDENTITY, was_admitted=False, cause=Cause.OFFICER)
    assert unadmitted == (Event.NO_SHOW, Outcome.NOT_RECORDED, Reason.NEVER_STARTED)


def test_a_call_that_our_side_could_not_begin_says_which_part_of_ours() -> None:
    for cause, outcome in (
        (Cause.PRISON_NETWORK, Outcome.TECHNICAL_PRISON_NETWORK),
        (Cause.LAPTOP, Outcome.TECHNICAL_LAPTOP),
    ):
        began = ended(state=CallState.WAITING, was_admitted=False, was_opened_in_time=False, cause=cause)
        assert began == (Event.TIME_UP, outcome, Reason.NEVER_CONNECTED)


def test_a_held_call_is_no_no_show() -> None:
    event, ending = ending_by_time(replace(ALL_WELL, state=CallState.HELD, visitor_came=False, cause=Cause.OFFICER))
    assert (event, ending.outcome) == (Event.TIME_UP, Outcome.NOT_RECORDED)


@given(facts=FACTS)
def test_nobody_is_a_no_show_when_we_could_not_have_heard_of_them(facts: Facts) -> None:
    _event, ending = ending_by_time(replace(facts, could_have_heard=False))
    assert ending.outcome is not Outcome.VISITOR_DID_NOT_ARRIVE


@given(facts=FACTS)
def test_every_ending_by_time_is_one_the_table_has(facts: Facts) -> None:
    if facts.state in (CallState.LIVE, CallState.INTERRUPTED):
        facts = replace(facts, was_admitted=True, was_live=True)
    if facts.state is CallState.HELD:
        facts = replace(facts, was_admitted=True)
    assert (facts.state, ending_by_time(facts)[0]) in TRANSITIONS


@pytest.mark.parametrize("code", list(EndCode))
def test_every_reason_of_an_officer_makes_an_outcome_and_only_choice_or_breach_costs_the_two(code: EndCode) -> None:
    ending = BY_A_PERSON[Event.STAFF_STOPPED].explained(code)
    assert (ending.outcome, ending.code, ending.ended_by) == (EXPLAINED[code], code, EndedBy.OFFICER)
    theirs = {
        EndCode.PRISONER_BREACH,
        EndCode.VISITOR_BREACH,
        EndCode.PRISONER_FINISHED,
        EndCode.VISITOR_FINISHED,
        EndCode.PRISONER_REFUSED,
        EndCode.VISITOR_DECLINED,
        EndCode.VISITOR_FAILED_CHECKS,
    }
    assert ending.by_a_person is (code in theirs)


def test_a_call_that_somebody_may_take_part_in_no_more_ends_for_that_reason() -> None:
    revoked = replace(ALL_WELL, is_revoked=True)
    event, ending = ending_by_time(replace(revoked, state=CallState.WAITING, was_admitted=False, was_live=False))
    assert (event, ending.outcome) == (Event.CANCELLED, Outcome.ESTABLISHMENT_CANCELLED)
    event, ending = ending_by_time(replace(revoked, state=CallState.HELD, was_admitted=True, was_live=True))
    assert (event, ending.reason, ending.code) == (Event.TIME_UP, Reason.REVOKED, EndCode.REVOKED)
