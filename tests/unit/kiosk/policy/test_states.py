"""The state table, walked whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.words import CallState
from kiosk.errors import IllegalTransition
from kiosk.policy.states import TRANSITIONS, Event, next_state


@pytest.mark.parametrize("state", CallState)
@pytest.mark.parametrize("event", Event)
def test_every_pair_is_in_the_table_or_is_refused(state: CallState, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert next_state(state, event) is TRANSITIONS[state, event]
    else:
        with pytest.raises(IllegalTransition, match=str(event)):
            next_state(state, event)


@pytest.mark.parametrize("state", [state for state in CallState if state is not CallState.ENDED])
def test_staff_can_stop_every_state(state: CallState) -> None:
    assert next_state(state, Event.STAFF_STOPPED) is CallState.ENDED


@given(st.lists(st.sampled_from(Event)))
def test_an_ended_call_never_lives_again(events: list[Event]) -> None:
    state = CallState.ENDED
    for event in events:
        with pytest.raises(IllegalTransition):
            state = next_state(state, event)


def test_a_person_must_admit_before_a_call_can_be_live() -> None:
    into_calling = {pair for pair, after in TRANSITIONS.items() if after in (CallState.JOINING, CallState.LIVE)}
    assert {event for state, event in into_calling if state in (CallState.WAITING, CallState.IDENTITY)} == {
        Event.ADMITTED
    }
