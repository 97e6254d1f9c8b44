"""What the screen says of one call: a pure reading of its state, in scenes."""

from contract.sheet import Booking
from contract.words import CallState, HoldReason, Presence
from kiosk.call import Call
from kiosk.call_report import asks_reason, owed_ms
from kiosk.policy.admission import why_not_yet
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.warnings import is_warning
from kiosk.scenes import (
    AnyScene,
    CameraFault,
    Connection,
    Goodbye,
    Held,
    InCall,
    Interrupted,
    Joining,
    OfficerAdmits,
    Person,
    WaitingFor,
)


def who(booking: Booking) -> str:
    """The family as the prisoner calls them: "Mum and Jac"."""
    names = [person.called for person in booking.participants]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def scene_of(call: Call, numbers: Numbers) -> AnyScene:
    """The scene for an opened call. WAITING has none here: the laptop's day shows the next call."""
    match call.state:
        case CallState.IDENTITY:
            return _officer_admits(call)
        case CallState.JOINING:
            return Joining(who=who(call.booking), waited_s=call.in_state_ms() // 1000, waiting_for=_waiting_for(call))
        case CallState.LIVE:
            return _in_call(call, numbers)
        case CallState.INTERRUPTED:
            return _interrupted(call, numbers)
        case CallState.HELD:
            return Held(
                who=who(call.booking),
                reason=call.course.held_for or HoldReason.OFFICER,
                left_s=-(-call.left_ms // 1000),
            )
        case CallState.ENDED if call.course.ending is not None:
            return Goodbye(
                reason=call.course.ending.reason,
                talk_s=round(call.time.account.talk_ms / 1000),
                owed_s=owed_ms(call) // 1000,
                ask_reason=asks_reason(call),
            )
        case _:
            raise AssertionError(f"no scene for a call that is {call.state}")


def _officer_admits(call: Call) -> OfficerAdmits:
    people = tuple(
        Person(
            visitor_id=p.visitor_id,
            name=p.name,
            relation=p.relation,
            age=p.age,
            photo=p.photo,
            approval_ended=p.vetted_until if p.visitor_id in call.unapproved else None,
        )
        for p in call.booking.participants
    )
    return OfficerAdmits(
        prisoner_name=call.booking.prisoner.name,
        prisoner_number=call.booking.prisoner.number,
        people=people,
        note=call.booking.note_for_officer,
        visitor=call.meeting.presence,
        preview=call.meeting.is_being_received_here,
        why_not=why_not_yet(
            call.meeting.presence,
            link_up=call.meeting.link_up,
            barred=call.barred_by is not None,
            all_approved=not call.unapproved,
        ),
    )


def _waiting_for(call: Call) -> WaitingFor:
    if call.barred_by is not None:
        return WaitingFor.LAPTOP
    if not call.meeting.link_up:
        return WaitingFor.NETWORK
    if call.meeting.presence is not Presence.WAITING:
        return WaitingFor.VISITOR
    is_fit = call.lacks is None and call.camera in (None, CameraFault.COVERED)
    return WaitingFor.PICTURE if is_fit else WaitingFor.LAPTOP


def _in_call(call: Call, numbers: Numbers) -> InCall:
    return InCall(
        who=who(call.booking),
        left_s=-(-call.left_ms // 1000),
        whole_s=call.time.fair.times.whole_ms // 1000,
        warning=is_warning(call.left_ms, numbers),
        cannot_hear=call.meeting.hears_us() is False,
        cannot_see=call.meeting.sees_us() is False,
        lacks=call.lacks,
        camera=call.camera,
        notice=call.sentence.now,
        ending_in_s=None if call.ends_soon_left_ms is None else -(-call.ends_soon_left_ms // 1000),
        connection=_connection(call.meeting.loss_percent, numbers),
        recorded=call.booking.recorded,
        watched=call.booking.watched,
    )


def _connection(loss_percent: float, numbers: Numbers) -> Connection:
    if loss_percent >= numbers.loss_bad_percent:
        return Connection.BAD
    return Connection.POOR if loss_percent >= numbers.loss_poor_percent else Connection.GOOD


def _interrupted(call: Call, numbers: Numbers) -> Interrupted:
    tried_ms, one_way = call.in_state_ms(), call.meeting.is_one_way()
    return Interrupted(
        who=who(call.booking),
        cause=call.time.cause_now(),
        measure=call.barred_by,
        tried_s=tried_ms // 1000,
        try_for_s=ms(numbers.reconnect_then_ask) // 1000,
        quiet=tried_ms < ms(numbers.reconnect_quietly) or call.barred_by is not None,
        left_s=-(-call.left_ms // 1000),
        ask_officer=tried_ms >= ms(numbers.reconnect_then_ask) or call.barred_by is not None,
        cannot_hear=one_way and call.meeting.hears_us() is False,
        cannot_see=one_way and call.meeting.sees_us() is False,
    )
