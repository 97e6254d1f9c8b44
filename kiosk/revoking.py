"""What a call does when its sheet says that somebody may take part no more: it stays shut, or is held. No I/O."""

from contract.sheet import Revoked
from contract.words import CallState, HoldReason
from kiosk.call import Call
from kiosk.ipc import Key
from kiosk.policy.permissions import ADMITTED
from kiosk.ports import Record


def follow(call: Call, revoked: tuple[Revoked, ...], record: Record) -> None:
    """Do what the newest sheet's revocations of this call ask for; what was acted on before is no news.

    A call with people in it is held, and its officer decides: only a PIN resumes it, whoever is allowed again.
    One that nobody was admitted to stays shut for as long as the sheet says so; it ends when its window has passed.
    """
    before, call.course.revoked = call.course.revoked, revoked
    news = [each for each in revoked if each not in before]
    for each in news:
        record.note("participant_revoked", _recorded(each))
    for each in before:
        if each not in revoked:
            record.note("revocation_lifted", _recorded(each))
    if news and call.state in ADMITTED:
        _hold(call)
    elif revoked != before and call.state not in ADMITTED:
        _shut(call)


def _shut(call: Call) -> None:
    """Or not any more. What time it costs is ours, as in a call that is held for it."""
    if call.course.revoked and call.state is CallState.IDENTITY:
        call.pressed(Key.LEAVE_IDENTITY)
    call.time.holds(HoldReason.PARTICIPANT_REVOKED if call.is_off else None, call.time.now_ms())


def _hold(call: Call) -> None:
    if call.can_be_held:
        call.hold(HoldReason.PARTICIPANT_REVOKED)
    elif call.state is CallState.HELD and call.course.held_for is HoldReason.OFFICER:
        call.held_because(HoldReason.PARTICIPANT_REVOKED)  # nobody has said why yet


def _recorded(revoked: Revoked) -> dict[str, object]:
    return {"booking_id": revoked.booking_id, "who": revoked.visitor_id or "prisoner", "kind": revoked.kind}
