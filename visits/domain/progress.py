"""What the visitor is told of the call: one pure function of the booking, the laptop's last word and the time."""

from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from contract.laptop_link import CallNow
from contract.sentences import SET_MESSAGES, WHY_IT_ENDED
from contract.visitor_link import Phase, VisitorCall
from contract.words import CallState, EndedBy, Outcome, Reason
from visits.domain.records import Ending
from visits.domain.vetting import revocations
from visits.domain.window import Visit

LAPTOP_HAS_THE_LAST_WORD: Final = timedelta(seconds=5)  # past the hard stop, before we say it is over ourselves

PHASES: Final = MappingProxyType(
    {
        CallState.WAITING: Phase.WAITING,
        CallState.IDENTITY: Phase.CHECKING,
        CallState.JOINING: Phase.JOINING,
        CallState.LIVE: Phase.LIVE,
        CallState.INTERRUPTED: Phase.INTERRUPTED,
        CallState.HELD: Phase.HELD,
    }
)
TALKING: Final = frozenset({CallState.LIVE, CallState.INTERRUPTED, CallState.HELD})


def ending_of(call: CallNow) -> Ending:
    """The ending an ENDED call reports. One that nobody explains is NOT_RECORDED."""
    return Ending(call.outcome or Outcome.NOT_RECORDED, call.ended_by, call.reason, call.talk_ms, call.owed_ms)


def progress(visit: Visit, call: CallNow | None, now: datetime, *, prison_connected: bool) -> VisitorCall:
    """What to tell the visitor now. `call` is the laptop's last word, None if it has not begun."""
    ending = (
        visit.call.ending
        or _reported_ending(call)
        or _revoked_ending(visit, call)
        or _unreported_ending(visit, call, now)
    )
    if ending is not None:
        return _ended(ending, prison_connected=prison_connected)
    state = CallState.WAITING if call is None else call.state
    is_early = state is CallState.WAITING and now < visit.opens_at
    now_told = VisitorCall(phase=Phase.EARLY if is_early else PHASES[state], prison_connected=prison_connected)
    return now_told if call is None else now_told.model_copy(update=_details(call))


def _details(call: CallNow) -> dict[str, object]:
    """What the laptop says besides. Whether the visitor is heard and seen means something only once both talk."""
    is_tried = call.state in (CallState.LIVE, CallState.INTERRUPTED)
    return {
        "left_ms": call.left_ms if call.state in TALKING else None,
        "talk_ms": call.talk_ms,
        "heard": call.heard if is_tried else None,
        "seen": call.seen if is_tried else None,
        "notice": None if call.notice is None else SET_MESSAGES[call.notice],
        "owed_ms": call.owed_ms,
    }


def _reported_ending(call: CallNow | None) -> Ending | None:
    return ending_of(call) if call is not None and call.state is CallState.ENDED else None


def _revoked_ending(visit: Visit, call: CallNow | None) -> Ending | None:
    """For a call that was not begun and will not be. It is told, never recorded; a begun one is the officer's."""
    not_begun = call is None or call.state in (CallState.WAITING, CallState.IDENTITY)
    if not_begun and revocations(visit.call):
        return Ending(Outcome.ESTABLISHMENT_CANCELLED, EndedBy.SERVICE, Reason.REVOKED, 0)
    return None


def _unreported_ending(visit: Visit, call: CallNow | None, now: datetime) -> Ending | None:
    """For a laptop that is lost past the hard stop: the family is not left waiting. It is told, never recorded."""
    if now < visit.hard_stop_at + LAPTOP_HAS_THE_LAST_WORD:
        return None
    if call is None or call.state in (CallState.WAITING, CallState.IDENTITY):
        return Ending(Outcome.NOT_RECORDED, None, Reason.NEVER_STARTED, 0)
    reason = Reason.TIME_UP if call.state in TALKING else Reason.NEVER_CONNECTED
    return Ending(Outcome.NOT_RECORDED, None, reason, call.talk_ms)


def _ended(ending: Ending, *, prison_connected: bool) -> VisitorCall:
    return VisitorCall(
        phase=Phase.ENDED,
        prison_connected=prison_connected,
        talk_ms=ending.talk_ms,
        outcome=ending.outcome,
        reason=ending.reason,
        why=None if ending.reason is None else WHY_IT_ENDED[ending.reason],
        owed_ms=ending.owed_ms,
    )
