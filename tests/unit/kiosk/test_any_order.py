"""Whatever happens, in whatever order: time adds up, nothing is negative, and an ended call never lives again."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.words import CallState, EndCode, HoldReason, Presence, SetMessage
from kiosk.call import Call
from kiosk.call_report import call_now, outcome_report
from kiosk.deeds import (
    Admit,
    AnyDeed,
    CancelEndSoon,
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
from kiosk.errors import IllegalTransition, Refused
from kiosk.ipc import Connect, Key, LinkNow, ShellHello, VisitorSeen
from tests.fakes.bookings import booking, revoked, sheet
from tests.fakes.day import Day

DEEDS: tuple[AnyDeed, ...] = (
    Admit(ticked=("mum", "jac")),
    Resume(),
    Extend(minutes=5),
    SendMessage(message=SetMessage.STAY_CALM),
    EndSoon(),
    CancelEndSoon(),
    GiveHoldReason(reason=HoldReason.VISITOR_BREACH),
    GiveReason(code=EndCode.OTHER),
    DeclareNoShow(),
    Lock(),
    Unlock(),
)
LINKS = (LinkNow(up=True), LinkNow(up=True, clean=False), LinkNow(up=False, silent_ms=2500, gateway=False))
STEPS = st.one_of(
    st.sampled_from(Key),
    st.sampled_from(DEEDS),
    st.sampled_from(LINKS),
    st.sampled_from(Presence),
    st.floats(0.2, 400).map(lambda seconds: ("passes", seconds)),
    st.floats(0.5, 5).map(lambda seconds: ("flows", seconds)),
    st.sampled_from(["shell goes", "shell comes", "shell silent", "restarts", "revoked", "reinstated"]),
)


def step(day: Day, what: object) -> None:
    """One thing happens; what the rules refuse changes nothing."""
    try:
        match what:
            case Key():
                day.press(what)
            case LinkNow():
                day.session.hear(what)
            case Presence():
                page = "page-0001" if what in (Presence.CHECKING, Presence.WAITING) else None
                day.session.hear(VisitorSeen(booking_id="b1", presence=what, page=page))
            case ("passes", float(seconds)):
                day.passes(seconds)
            case ("flows", float(seconds)):
                if day.shell.all(Connect) and day.session.call is not None:
                    day.flows(seconds)
            case "shell goes":
                day.session.shell_now(up=False)
            case "shell comes":
                day.session.hear(ShellHello(pid=2))
            case "shell silent":
                day.session.shell_silent(3500)
            case "revoked":
                day.sheet(sheet(serial=day.next_serial(), revoked=(revoked(),)))
            case "reinstated":
                day.sheet(sheet(booking(), serial=day.next_serial()))
            case "restarts":
                day.restarts(off_s=30, boot_id="boot-2")
            case _:
                day.does(what)  # type: ignore[arg-type]  # one of DEEDS
    except (Refused, IllegalTransition):
        return


def holds(call: Call, was_over: bool) -> bool:
    """What must be true of a call at any time; whether it is over."""
    account, times = call.time.account, call.time.fair.times
    ended_ms = call.time.fair.ended_ms
    until = min(call.time.now_ms() if ended_ms is None else ended_ms, times.hard_stop_ms)
    until = until if account.ended_ms is None else account.ended_ms
    assert account.talk_ms + sum(account.lost_ms.values()) == max(0, until - times.starts_ms)
    assert min([account.talk_ms, *account.lost_ms.values()]) >= 0
    assert account.talk_ms <= times.whole_ms
    assert call_now(call).left_ms >= 0
    assert call.is_over or not was_over
    if call.is_over:
        report = outcome_report(call)
        assert report.returned_ms <= account.ours_ms
        assert report.ended_at <= call.booking.hard_stop_at
    return call.is_over


@pytest.mark.slow
@given(st.lists(STEPS, max_size=40), st.booleans())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_happens_time_adds_up_and_what_has_ended_stays_ended(steps: list[object], begins_live: bool) -> None:
    day = Day().starts(sheet(booking(hard_stop_after_s=2700)))
    if begins_live:
        day.live()
    over = False
    for what in steps:
        step(day, what)
        if day.session.call is not None:
            over = holds(day.session.call, over)
    if day.session.call is not None:
        day.press(Key.END_NOW)
        assert day.session.call is None or day.session.call.state is CallState.ENDED
