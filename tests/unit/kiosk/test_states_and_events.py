"""Every state x every event: what the table has happens, anything else is recorded and changes nothing."""

import itertools

import pytest

from contract.words import CallState, HoldReason, Presence
from kiosk.errors import IllegalTransition
from kiosk.ipc import Key
from kiosk.memory import keep_call
from kiosk.policy.states import TRANSITIONS, Event
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day

PAIRS = list(itertools.product(CallState, Event))


def in_state(state: CallState) -> Day:
    """A day whose call has come to `state` by what people and media do."""
    day = Day().starts(sheet(booking()))
    if state is CallState.WAITING:
        return day
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    if state is CallState.IDENTITY:
        return day
    day.admits()
    if state is CallState.JOINING:
        return day
    day.flows(1)
    if state is CallState.INTERRUPTED:
        day.passes(3)
    elif state is CallState.HELD:
        day.press(Key.HOLD)
    elif state is CallState.ENDED:
        day.press(Key.END_NOW)
    return day


@pytest.mark.parametrize("state", list(CallState))
def test_every_state_is_reached_by_what_people_do(state: CallState) -> None:
    assert in_state(state).is_now(state)


@pytest.mark.parametrize(("state", "event"), [pair for pair in PAIRS if pair not in TRANSITIONS])
def test_a_pair_the_table_does_not_have_is_recorded_and_changes_nothing(state: CallState, event: Event) -> None:
    day = in_state(state)
    before = keep_call(day.call)
    with pytest.raises(IllegalTransition):
        day.call.move(event)
    assert keep_call(day.call) == before
    assert day.record.of("illegal_transition") == [{"state": state, "event": event}]


@pytest.mark.parametrize(("state", "event"), [pair for pair in PAIRS if pair in TRANSITIONS])
def test_a_pair_the_table_has_goes_where_it_says(state: CallState, event: Event) -> None:
    day = in_state(state)
    day.call.course.held_for = HoldReason.OFFICER
    day.call.move(event)
    moved = [note for note in day.record.of("call_state") if note["event"] == event]
    assert moved[0]["to"] == TRANSITIONS[state, event]
    assert day.record.of("illegal_transition") == []


@pytest.mark.attack("end-always")
@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.ENDED])
def test_staff_end_a_call_in_every_state_and_it_never_lives_again(state: CallState) -> None:
    day = in_state(state)
    day.press(Key.END_NOW)
    assert day.is_now(CallState.ENDED)
    day.visitor(Presence.WAITING, "page-0009")
    day.passes(1)
    assert day.is_now(CallState.ENDED)
