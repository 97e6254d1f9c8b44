"""The states of a call: the table is the specification; docs/states.md is printed from it."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from contract.words import CallState
from kiosk.errors import IllegalTransition


class Event(StrEnum):
    """What can happen to a call."""

    IDENTITY_OPENED = "identity_opened"
    IDENTITY_LEFT = "identity_left"
    ADMITTED = "admitted"
    MEDIA_UP = "media_up"
    LINK_LOST = "link_lost"
    HELD = "held"
    RESUMED = "resumed"
    STAFF_STOPPED = "staff_stopped"
    CANCELLED = "cancelled"
    TIME_UP = "time_up"
    PRISONER_LEFT = "prisoner_left"
    VISITOR_LEFT = "visitor_left"
    NO_SHOW = "no_show"


_S = CallState
_ANY_BUT_ENDED = tuple(state for state in _S if state is not _S.ENDED)

TRANSITIONS: Final = MappingProxyType(
    {
        (_S.WAITING, Event.IDENTITY_OPENED): _S.IDENTITY,
        (_S.IDENTITY, Event.IDENTITY_LEFT): _S.WAITING,
        (_S.IDENTITY, Event.ADMITTED): _S.JOINING,
        (_S.JOINING, Event.MEDIA_UP): _S.LIVE,
        (_S.INTERRUPTED, Event.MEDIA_UP): _S.LIVE,
        (_S.LIVE, Event.LINK_LOST): _S.INTERRUPTED,
        **{(state, Event.HELD): _S.HELD for state in (_S.JOINING, _S.LIVE, _S.INTERRUPTED)},
        (_S.HELD, Event.RESUMED): _S.JOINING,
        **{(state, Event.VISITOR_LEFT): _S.ENDED for state in (_S.JOINING, _S.LIVE, _S.INTERRUPTED, _S.HELD)},
        **{(state, Event.NO_SHOW): _S.ENDED for state in (_S.WAITING, _S.IDENTITY, _S.JOINING)},
        **{
            (state, event): _S.ENDED
            for state in _ANY_BUT_ENDED  # staff can always stop
            for event in (Event.STAFF_STOPPED, Event.CANCELLED, Event.TIME_UP, Event.PRISONER_LEFT)
        },
    }
)


def next_state(state: CallState, event: Event) -> CallState:
    """The state after `event`. Raises IllegalTransition for a pair the table does not have."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise IllegalTransition(f"{event} cannot happen to a call that is {state}") from None
