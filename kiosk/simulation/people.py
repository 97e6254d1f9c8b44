"""What people at the laptop do in a scenario, as the session hears it: keys, deeds and announcements; no faults."""

from collections.abc import Callable
from typing import Final

from contract.words import EndCode, HoldReason, SetMessage
from kiosk.deeds import (
    Admit,
    AnyDeed,
    CancelEndSoon,
    ConfirmPresence,
    DeclareNoShow,
    EndSoon,
    Extend,
    GiveHoldReason,
    GiveReason,
    Lock,
    Resume,
    SendMessage,
    Unlock,
)
from kiosk.ipc import Key, Pressed
from kiosk.session import Session
from kiosk.simulation.scenario import Happens, What

_KEYS: Final = {
    What.OPEN_IDENTITY: Key.OPEN_IDENTITY,
    What.LEAVE_IDENTITY: Key.LEAVE_IDENTITY,
    What.HOLD: Key.HOLD,
    What.END: Key.END_NOW,
    What.PRISONER_LEFT: Key.LEAVE,
}
_PLAIN_DEEDS: Final[dict[What, Callable[[], AnyDeed]]] = {
    What.RESUME: Resume,
    What.CANCEL_END_SOON: CancelEndSoon,
    What.NO_SHOW: DeclareNoShow,
    What.CONFIRM_PRESENCE: ConfirmPresence,
    What.LOCK: Lock,
    What.UNLOCK: Unlock,
}
_STARTS_OR_ENDS: Final = (What.ANNOUNCEMENT_STARTS, What.ANNOUNCEMENT_ENDS)


def act(each: Happens, session: Session) -> None:
    """Do it. Raises Refused or IllegalTransition where the rules say no."""
    if (key := _KEYS.get(each.what)) is not None:
        session.hear(Pressed(key=key))
    elif (deed := _deed(each, session)) is not None:
        session.deeds.perform(deed)
    elif each.what in _STARTS_OR_ENDS and session.call is not None:
        session.call.announce(each.what is What.ANNOUNCEMENT_STARTS)
    if each.what is What.HOLD and each.reason is not None:
        session.deeds.perform(GiveHoldReason(reason=each.reason))
    if each.what is What.END and each.code is not None:
        session.deeds.perform(GiveReason(code=each.code))


def _deed(each: Happens, session: Session) -> AnyDeed | None:
    match each.what:
        case What.ADMIT:
            people = () if session.call is None else session.call.booking.participants
            return Admit(ticked=tuple(person.visitor_id for person in people))
        case What.EXTEND:
            return Extend(minutes=each.minutes or 5)
        case What.MESSAGE:
            return SendMessage(message=each.message or SetMessage.PLEASE_WAIT)
        case What.END_SOON:
            return EndSoon(code=each.code)
        case What.HOLD_REASON:
            return GiveHoldReason(reason=each.reason or HoldReason.OFFICER)
        case What.REASON:
            return GiveReason(code=each.code or EndCode.OTHER)
        case _:
            plain = _PLAIN_DEEDS.get(each.what)
            return None if plain is None else plain()
