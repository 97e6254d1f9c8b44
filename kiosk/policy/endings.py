"""How an ending is written down: outcome, who ended it, the reason both sides are told, and what an officer adds."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from contract.words import CallState, Cause, EndCode, EndedBy, Outcome, Reason
from kiosk.policy.states import Event


@dataclass(frozen=True)
class Ending:
    """One ending, complete. `code` is an officer's reason, given at once or afterwards."""

    outcome: Outcome
    ended_by: EndedBy
    reason: Reason
    code: EndCode | None = None

    @property
    def by_a_person(self) -> bool:
        """Whether a prisoner or visitor chose to end early or broke the rules: then only what we lost is owed."""
        return self.outcome in _THEIR_CHOICE or self.code in _BREACHES

    def explained(self, code: EndCode) -> "Ending":
        """With an officer's reason, and the outcome it makes."""
        return replace(self, outcome=EXPLAINED[code], code=code)


_THEIR_CHOICE: Final = frozenset(
    {
        Outcome.PRISONER_COMPLETED_EARLY,
        Outcome.VISITOR_COMPLETED_EARLY,
        Outcome.PRISONER_REFUSED_TO_ATTEND,
        Outcome.VISITOR_DECLINED_ENTRY,
        Outcome.VISITOR_FAILED_SECURITY_CHECKS,
        Outcome.PRISONER_CANCELLED,
        Outcome.VISITOR_CANCELLED,
    }
)
_BREACHES: Final = frozenset({EndCode.PRISONER_BREACH, EndCode.VISITOR_BREACH})

EXPLAINED: Final = MappingProxyType(
    {
        EndCode.INCIDENT: Outcome.TERMINATED_BY_STAFF,
        EndCode.WELFARE: Outcome.TERMINATED_BY_STAFF,
        EndCode.PRISONER_BREACH: Outcome.TERMINATED_BY_STAFF,
        EndCode.VISITOR_BREACH: Outcome.TERMINATED_BY_STAFF,
        EndCode.OTHER: Outcome.TERMINATED_BY_STAFF,
        EndCode.PRISONER_FINISHED: Outcome.PRISONER_COMPLETED_EARLY,
        EndCode.VISITOR_FINISHED: Outcome.VISITOR_COMPLETED_EARLY,
        EndCode.PRISONER_REFUSED: Outcome.PRISONER_REFUSED_TO_ATTEND,
        EndCode.VISITOR_DECLINED: Outcome.VISITOR_DECLINED_ENTRY,
        EndCode.VISITOR_FAILED_CHECKS: Outcome.VISITOR_FAILED_SECURITY_CHECKS,
        EndCode.LAPTOP_FAULT: Outcome.TECHNICAL_LAPTOP,
        EndCode.NETWORK_FAULT: Outcome.TECHNICAL_PRISON_NETWORK,
        EndCode.SERVICE_FAULT: Outcome.TECHNICAL_SERVICE,
        EndCode.VISITOR_FAULT: Outcome.TECHNICAL_VISITOR_SIDE,
        EndCode.REVOKED: Outcome.TERMINATED_BY_STAFF,
        EndCode.MISTAKE: Outcome.ADMINISTRATIVE_ERROR,
    }
)

BY_A_PERSON: Final = MappingProxyType(
    {
        Event.STAFF_STOPPED: Ending(Outcome.TERMINATED_BY_STAFF, EndedBy.OFFICER, Reason.OFFICER_ENDED),
        Event.PRISONER_LEFT: Ending(Outcome.PRISONER_COMPLETED_EARLY, EndedBy.PRISONER, Reason.PRISONER_LEFT),
        Event.VISITOR_LEFT: Ending(Outcome.VISITOR_COMPLETED_EARLY, EndedBy.VISITOR, Reason.VISITOR_LEFT),
        Event.CANCELLED: Ending(Outcome.ESTABLISHMENT_CANCELLED, EndedBy.SERVICE, Reason.CANCELLED),
        Event.NO_SHOW: Ending(Outcome.VISITOR_DID_NOT_ARRIVE, EndedBy.OFFICER, Reason.VISITOR_NEVER_CAME),
    }
)
REVOKED: Final = Ending(Outcome.ESTABLISHMENT_CANCELLED, EndedBy.SERVICE, Reason.REVOKED)  # before anybody talked
TIME_USED: Final = Ending(Outcome.COMPLETED_NORMALLY, EndedBy.TIME, Reason.TIME_UP)

TECHNICAL: Final = MappingProxyType(
    {
        Cause.PRISON_NETWORK: Outcome.TECHNICAL_PRISON_NETWORK,
        Cause.LAPTOP: Outcome.TECHNICAL_LAPTOP,
        Cause.SERVICE: Outcome.TECHNICAL_SERVICE,
        Cause.VISITOR_SIDE: Outcome.TECHNICAL_VISITOR_SIDE,
        Cause.VISITOR_ABSENT: Outcome.TECHNICAL_VISITOR_SIDE,
        Cause.PRISONER: Outcome.TERMINATED_BY_STAFF,
    }
)


@dataclass(frozen=True)
class Facts:
    """What is known when the window ends. Those in the past tense look at the whole call."""

    state: CallState
    cause: Cause  # of the silence the call ends in
    was_opened_in_time: bool
    was_admitted: bool
    visitor_came: bool
    could_have_heard: bool  # of a family that came
    was_live: bool
    is_revoked: bool = False  # somebody may take part no more: held for that and no officer has decided, or shut


def is_no_show(facts: Facts) -> bool:
    """Whether the family may be said not to have come: never when our side was not ready."""
    return facts.was_opened_in_time and not facts.visitor_came and facts.could_have_heard and not facts.is_revoked


def ending_by_time(facts: Facts) -> tuple[Event, Ending]:
    """The event and ending when a call's window is over. What nobody explains is NOT_RECORDED until an officer does."""
    outcome = TECHNICAL.get(facts.cause, Outcome.NOT_RECORDED)
    if facts.state is CallState.LIVE:
        return Event.TIME_UP, TIME_USED
    if facts.is_revoked and not facts.was_admitted:
        return Event.CANCELLED, REVOKED
    if facts.is_revoked:
        return Event.TIME_UP, Ending(EXPLAINED[EndCode.REVOKED], EndedBy.TIME, Reason.REVOKED, EndCode.REVOKED)
    if facts.was_live:
        return Event.TIME_UP, Ending(outcome, EndedBy.TIME, Reason.TIME_UP)
    if facts.state is not CallState.HELD and is_no_show(facts):
        return Event.NO_SHOW, replace(BY_A_PERSON[Event.NO_SHOW], ended_by=EndedBy.TIME)
    if facts.was_admitted:
        return Event.TIME_UP, Ending(outcome, EndedBy.TIME, Reason.NEVER_CONNECTED)
    if facts.cause in (Cause.PRISON_NETWORK, Cause.LAPTOP, Cause.SERVICE):
        return Event.TIME_UP, Ending(outcome, EndedBy.TIME, Reason.NEVER_CONNECTED)
    return Event.NO_SHOW, Ending(Outcome.NOT_RECORDED, EndedBy.TIME, Reason.NEVER_STARTED)
