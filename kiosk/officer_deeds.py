"""What an officer's deeds do: whether each may be done now, what is recorded before it, and the doing. No I/O.

A deed is checked, then its PIN, then it is recorded, then it is done: what may have changed meanwhile is checked again.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, assert_never

from contract.words import CallState, EndCode
from kiosk.call import Call
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
    Release,
    Resume,
    SendMessage,
    Unlock,
    WelfareDone,
    WriteNote,
)
from kiosk.errors import Refused
from kiosk.policy.admission import NOT_READY, check_everyone_ticked, why_not_yet
from kiosk.policy.endings import is_no_show
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.permissions import DeedKind, may
from kiosk.policy.states import Event
from kiosk.scenes import Panel

MOST_REVISIONS: Final = 20
RECORDED_AS: Final[Mapping[DeedKind, str]] = MappingProxyType(
    {
        DeedKind.ADMIT: "admitted",
        DeedKind.RESUME: "resumed",
        DeedKind.EXTEND: "extended",
        DeedKind.SEND_MESSAGE: "message_sent",
        DeedKind.END_SOON: "end_soon",
        DeedKind.CANCEL_END_SOON: "end_soon_cancelled",
        DeedKind.WRITE_NOTE: "note_written",
        DeedKind.GIVE_REASON: "reason_given",
        DeedKind.GIVE_HOLD_REASON: "hold_reason_given",
        DeedKind.DECLARE_NO_SHOW: "no_show",
        DeedKind.CONFIRM_PRESENCE: "presence_confirmed",
        DeedKind.WELFARE_DONE: "welfare_check",
        DeedKind.LOCK: "locked",
        DeedKind.UNLOCK: "unlocked",
        DeedKind.RELEASE: "released",
    }
)


def check(deed: AnyDeed, call: Call | None, *, locked: bool) -> None:
    """Raises Refused with one sentence when the deed may not be done now."""
    if isinstance(deed, Lock | Unlock):
        if isinstance(deed, Lock) is locked:
            raise Refused("The laptop is locked already." if locked else "The laptop is not locked.")
        return
    if locked and isinstance(deed, Admit | Resume):
        raise Refused("The laptop is locked. An officer must unlock it first.")
    if not may(deed.kind, None if call is None else call.state):
        raise Refused("That cannot be done now.")
    if call is not None:
        _check_in_call(deed, call)


def _check_in_call(deed: AnyDeed, call: Call) -> None:
    match deed:
        case Admit(ticked=ticked):
            check_everyone_ticked(call.booking, ticked)
            barred = call.barred_by is not None
            if (
                why := why_not_yet(
                    call.meeting.presence, link_up=call.meeting.link_up, barred=barred, all_approved=not call.unapproved
                )
            ) is not None:
                raise Refused(why)
        case Resume() if call.barred_by is not None:
            raise Refused(NOT_READY)
        case Extend(minutes=minutes):
            _check_extend(call, minutes)
        case CancelEndSoon() if call.course.ends_soon_ms is None:
            raise Refused("No ending was asked for.")
        case DeclareNoShow():
            _check_no_show(call)
        case GiveReason(code=code):
            _check_reason(call, code)
        case _:
            pass


def _check_reason(call: Call, code: EndCode) -> None:
    given = call.course.ending
    if given is not None and given.code is code:
        raise Refused("That reason has been given already.")
    if call.course.revision >= MOST_REVISIONS:
        raise Refused("The reason was changed too often. Tell a manager.")


def _check_extend(call: Call, minutes: int) -> None:
    room = call.time.may_extend_ms() // 60_000
    if room < 1:
        raise Refused("The call cannot be made longer.")
    if minutes > room:
        raise Refused(f"No more than {room} minutes fit. Choose fewer.")


def _check_no_show(call: Call) -> None:
    if no_show_in_ms(call) > 0:
        raise Refused("It is too early to say that the family has not come.")
    if not is_no_show(call.progress.facts()):
        raise Refused("The family may have come, or this laptop was not ready. End the call and give a reason.")


def no_show_in_ms(call: Call) -> int:
    """How long until the officer may say that the family has not come."""
    return call.time.fair.times.starts_ms + ms(call.numbers.no_show_from) - call.time.now_ms()


def data_of(deed: AnyDeed, call: Call | None) -> dict[str, object]:
    """What the audit trail says of the deed."""
    booking = {} if call is None else {"booking_id": call.booking.booking_id}
    data = deed.model_dump(mode="json", exclude={"kind"}, exclude_none=True)
    if "code" in data:
        data["reason"] = data.pop("code")
    if isinstance(deed, Resume) and call is not None and call.course.revoked:
        data["revoked"] = [each.visitor_id or "prisoner" for each in call.course.revoked]  # and resumed all the same
    return {**booking, **data}


def perform(deed: AnyDeed, call: Call) -> None:
    """Do what `check` allows. Raises IllegalTransition when the table does not, and then nothing changed."""
    match deed:
        case Admit():
            call.move(Event.ADMITTED)
            call.course.confirmed_ms = call.time.now_ms()
        case Resume():
            call.move(Event.RESUMED)
            call.course.confirmed_ms = call.time.now_ms()
        case Extend(minutes=minutes):
            call.time.extend(minutes * 60_000)
        case SendMessage(message=message):
            call.sentence.send(message)
        case EndSoon(code=code):
            call.course.end_at(call.time.now_ms() + ms(call.numbers.end_soon))
            call.course.ends_soon_code = code
        case CancelEndSoon():
            call.course.ends_soon_ms = call.course.ends_soon_code = None
        case GiveReason(code=code):
            _explain(call, code)
        case GiveHoldReason(reason=reason):
            call.held_because(reason)
        case DeclareNoShow():
            call.end(Event.NO_SHOW)
        case ConfirmPresence():
            call.course.confirmed_ms = call.time.now_ms()
        case WriteNote() | WelfareDone() | Lock() | Unlock() | Release():
            pass  # recorded, and for the lock done by the day
        case _:
            assert_never(deed)
    call.tick()


def _explain(call: Call, code: EndCode) -> None:
    """Say why an ended call was ended; what was reported before is revised."""
    assert call.course.ending is not None, "only an ended call is explained"
    call.course.ending = call.course.ending.explained(code)
    call.course.revision += 1


def panel(call: Call | None, numbers: Numbers, *, locked: bool, unexplained: bool = False) -> Panel:
    """What the officer's panel offers now. Admitting has a scene of its own.

    `unexplained`: the call before this one was ended by staff, and nobody has said why.
    """
    state = None if call is None else call.state
    offered = {kind for kind in DeedKind if may(kind, state)} - {DeedKind.ADMIT}
    offered.discard(DeedKind.LOCK if locked else DeedKind.UNLOCK)
    if unexplained:
        offered.add(DeedKind.GIVE_REASON)
    choices: tuple[int, ...] = ()
    if call is not None:
        room = call.time.may_extend_ms()
        choices = tuple(ms(each) // 60_000 for each in numbers.extend_choices if ms(each) <= room)
        offered -= _pointless(call, numbers, extends=bool(choices))
    return Panel(deeds=tuple(kind for kind in DeedKind if kind in offered), extend_minutes=choices)


def _pointless(call: Call, numbers: Numbers, *, extends: bool) -> set[DeedKind]:
    ends_soon = call.course.ends_soon_ms is not None
    return {
        DeedKind.END_SOON if ends_soon else DeedKind.CANCEL_END_SOON,
        *(set() if extends else {DeedKind.EXTEND}),
        *(set() if numbers.presence_every else {DeedKind.CONFIRM_PRESENCE}),
        *({DeedKind.DECLARE_NO_SHOW} if no_show_in_ms(call) > 0 or call.meeting.visitor_came else set()),
        *({DeedKind.WELFARE_DONE} if call.state in (CallState.WAITING, CallState.IDENTITY) else set()),
    }
