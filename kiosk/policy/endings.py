"""How an ending is written down: outcome, who ended it, and the reason both sides are told."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from contract.words import CallState, EndedBy, Outcome, Presence, Reason
from kiosk.policy.states import Event


@dataclass(frozen=True)
class Ending:
    """One ending, complete."""

    outcome: Outcome
    ended_by: EndedBy
    reason: Reason


BY_A_PERSON: Final = MappingProxyType(
    {
        Event.STAFF_STOPPED: Ending(Outcome.TERMINATED_BY_STAFF, EndedBy.OFFICER, Reason.OFFICER_ENDED),
        Event.PRISONER_LEFT: Ending(Outcome.PRISONER_COMPLETED_EARLY, EndedBy.PRISONER, Reason.PRISONER_LEFT),
        Event.VISITOR_LEFT: Ending(Outcome.VISITOR_COMPLETED_EARLY, EndedBy.VISITOR, Reason.VISITOR_LEFT),
        Event.CANCELLED: Ending(Outcome.ESTABLISHMENT_CANCELLED, EndedBy.SERVICE, Reason.CANCELLED),
    }
)
TIME_USED: Final = Ending(Outcome.COMPLETED_NORMALLY, EndedBy.TIME, Reason.TIME_UP)


@dataclass(frozen=True)
class Facts:
    """What is known when the window ends. Those in the past tense look at the whole call."""

    state: CallState
    was_opened: bool
    was_admitted: bool
    visitor_came: bool
    could_have_heard: bool  # of a family that came
    was_live: bool
    shell_up: bool
    link_up: bool
    presence: Presence


def ending_by_time(facts: Facts) -> tuple[Event, Ending]:
    """The event and ending when a call's window is over; a family is never a no-show when our side was not ready."""
    if facts.state is CallState.LIVE:
        return Event.TIME_UP, TIME_USED
    if facts.was_live:
        return Event.TIME_UP, Ending(_technical(facts), EndedBy.TIME, Reason.TIME_UP)
    if facts.was_opened and not facts.visitor_came and facts.could_have_heard:
        return Event.NO_SHOW, Ending(Outcome.VISITOR_DID_NOT_ARRIVE, EndedBy.TIME, Reason.VISITOR_NEVER_CAME)
    if not facts.was_admitted and facts.could_have_heard:
        return Event.NO_SHOW, Ending(Outcome.NOT_RECORDED, EndedBy.TIME, Reason.NEVER_STARTED)
    return Event.TIME_UP, Ending(_technical(facts), EndedBy.TIME, Reason.NEVER_CONNECTED)


def _technical(facts: Facts) -> Outcome:
    """Whose fault the last silence was, as far as this plain version can know."""
    if not facts.shell_up:
        return Outcome.TECHNICAL_LAPTOP
    if not facts.link_up:
        return Outcome.TECHNICAL_PRISON_NETWORK
    if facts.presence is not Presence.WAITING:
        return Outcome.TECHNICAL_VISITOR_SIDE
    return Outcome.TECHNICAL_SERVICE
