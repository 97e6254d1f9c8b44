"""What an officer may do, is refused with a sentence, and what it does."""

from datetime import timedelta

import pytest

from contract.words import CallState, Cause, EndCode, HoldReason, Outcome, Presence, SetMessage
from kiosk.call_report import call_now, outcome_report
from kiosk.deeds import (
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
    WelfareDone,
    WriteNote,
)
from kiosk.errors import Refused
from kiosk.ipc import Disconnect, Key, Show
from kiosk.policy.numbers import Numbers
from kiosk.policy.permissions import DeedKind
from kiosk.scenes import Goodbye, Held, InCall, Locked, NextCall
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day


@pytest.fixture
def day() -> Day:
    return Day().starts(sheet(booking(hard_stop_after_s=2700)))


def offered(day: Day) -> tuple[DeedKind, ...]:
    return day.shell.last(Show).panel.deeds


def test_a_held_call_has_its_devices_shut_and_resumes_only_by_a_deed(day: Day) -> None:
    day.live()
    day.press(Key.HOLD)
    assert isinstance(day.shell.heard[-3], Disconnect)
    assert day.shell.scene == Held(who="Mum and Jac", reason=HoldReason.OFFICER, left_s=1799)  # joining took a second
    day.flows(10)
    assert day.is_now(CallState.HELD)
    day.does(Resume())
    assert day.is_now(CallState.JOINING)
    day.flows(1)
    assert day.is_now(CallState.LIVE)
    assert call_now(day.call).state is CallState.LIVE


def test_a_lost_line_changes_nothing_on_the_screen_of_a_held_call(day: Day) -> None:
    day.live()
    day.press(Key.HOLD)
    before = day.shell.scene
    day.passes(0.2)
    day.session.shell_now(up=False)
    day.passes(0.2)
    assert isinstance(before, Held)
    assert day.is_now(CallState.HELD)


def test_more_time_is_given_within_policy_and_never_into_the_next_booking(day: Day) -> None:
    day.live()
    assert day.shell.last(Show).panel.extend_minutes == (5, 10, 15)
    day.does(Extend(minutes=10))
    assert day.call.time.fair.times.extended_ms == 600_000
    with pytest.raises(Refused, match="No more than 5 minutes fit"):
        day.does(Extend(minutes=6))
    tight = Day().starts(sheet(booking())).live()
    assert DeedKind.EXTEND not in offered(tight)
    with pytest.raises(Refused, match="cannot be made longer"):
        tight.does(Extend(minutes=1))


def test_a_sentence_stands_on_both_sides_for_a_while(day: Day) -> None:
    day.live()
    day.does(SendMessage(message=SetMessage.STAY_IN_VIEW))
    scene = day.shell.scene
    assert isinstance(scene, InCall)
    assert scene.notice is SetMessage.STAY_IN_VIEW
    assert call_now(day.call).notice is SetMessage.STAY_IN_VIEW
    day.flows(21)
    assert call_now(day.call).notice is None


def test_an_ending_in_60_s_is_taken_back_with_a_pin(day: Day) -> None:
    day.live()
    assert DeedKind.CANCEL_END_SOON not in offered(day)
    with pytest.raises(Refused, match="No ending was asked for"):
        day.does(CancelEndSoon())
    day.does(EndSoon(code=EndCode.WELFARE))
    assert DeedKind.END_SOON not in offered(day)
    day.flows(59)
    day.does(CancelEndSoon())
    day.flows(10)
    assert day.is_now(CallState.LIVE)


def test_an_ending_in_60_s_keeps_its_reason(day: Day) -> None:
    day.live()
    day.does(EndSoon(code=EndCode.PRISONER_BREACH))
    day.flows(61)
    report = outcome_report(day.call)
    assert (report.outcome, report.code, report.owed_ms) == (
        Outcome.TERMINATED_BY_STAFF,
        EndCode.PRISONER_BREACH,
        0,
    )


def test_a_reason_given_afterwards_revises_what_was_reported(day: Day) -> None:
    day.live()
    day.press(Key.END_NOW)
    scene = day.shell.scene
    assert isinstance(scene, Goodbye)
    assert scene.ask_reason
    first = day.session.outcomes.ended.unsent
    day.does(GiveReason(code=EndCode.VISITOR_FAILED_CHECKS))
    (second,) = day.session.outcomes.ended.unsent
    assert [report.revision for report in (*first, second)] == [1, 2]
    assert second.outcome is Outcome.VISITOR_FAILED_SECURITY_CHECKS
    assert len(day.record.of("outcome")) == 2


def test_a_reason_may_still_be_given_when_the_goodbye_is_gone(day: Day) -> None:
    day.live()
    day.press(Key.END_NOW)
    day.passes(61)
    assert day.session.call is None
    assert DeedKind.GIVE_REASON in offered(day)
    day.does(GiveReason(code=EndCode.NETWORK_FAULT))
    (report,) = day.session.outcomes.ended.unsent
    assert (report.revision, report.outcome) == (2, Outcome.TECHNICAL_PRISON_NETWORK)
    day.passes(1)
    assert DeedKind.GIVE_REASON not in offered(day)


def test_a_skipped_reason_is_not_asked_again(day: Day) -> None:
    day.live()
    day.press(Key.END_NOW)
    day.press(Key.SKIP_REASON)
    scene = day.shell.scene
    assert isinstance(scene, Goodbye)
    assert not scene.ask_reason


def test_a_family_is_a_no_show_only_from_a_quarter_past_and_only_if_we_were_ready(day: Day) -> None:
    day.press(Key.OPEN_IDENTITY)
    with pytest.raises(Refused, match="too early"):
        day.does(DeclareNoShow())
    day.passes(901)
    assert DeedKind.DECLARE_NO_SHOW in offered(day)
    day.does(DeclareNoShow())
    report = outcome_report(day.call)
    assert (report.outcome, report.ended_by) == (Outcome.VISITOR_DID_NOT_ARRIVE, "officer")


def test_a_family_that_was_there_is_no_no_show(day: Day) -> None:
    day.admitted()
    day.passes(901)
    with pytest.raises(Refused, match="may have come"):
        day.does(DeclareNoShow())


def test_a_locked_laptop_holds_its_call_and_opens_no_other_until_it_is_unlocked(day: Day) -> None:
    day.live()
    day.does(Lock())
    assert day.is_now(CallState.HELD)
    assert day.shell.scene == Locked()
    with pytest.raises(Refused, match="locked already"):
        day.does(Lock())
    day.does(Unlock())
    assert isinstance(day.shell.scene, Held)
    with pytest.raises(Refused, match="not locked"):
        day.does(Unlock())


def test_a_locked_laptop_admits_and_resumes_nothing(day: Day) -> None:
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    day.does(Lock())
    assert day.is_now(CallState.WAITING)
    with pytest.raises(Refused, match="An officer must unlock it first"):
        day.admits()
    held = Day().starts(sheet(booking())).live()
    held.does(Lock())
    with pytest.raises(Refused, match="An officer must unlock it first"):
        held.does(Resume())


def test_a_reason_given_twice_is_refused_and_so_are_too_many(day: Day) -> None:
    day.live()
    day.press(Key.END_NOW)
    day.does(GiveReason(code=EndCode.WELFARE))
    with pytest.raises(Refused, match="given already"):
        day.does(GiveReason(code=EndCode.WELFARE))
    for code in [EndCode.INCIDENT, EndCode.OTHER] * 9:
        day.does(GiveReason(code=code))
    with pytest.raises(Refused, match="too often"):
        day.does(GiveReason(code=EndCode.MISTAKE))


def test_a_locked_laptop_refuses_to_open_a_call(day: Day) -> None:
    day.does(Lock())
    with pytest.raises(Refused, match="An officer must unlock it"):
        day.press(Key.OPEN_IDENTITY)
    day.does(Unlock())
    assert isinstance(day.shell.scene, NextCall)


def test_a_hold_explained_later_costs_whoever_caused_it_from_its_beginning(day: Day) -> None:
    day.live()
    day.press(Key.HOLD)
    day.passes(60)
    assert day.call.time.account.lost_ms[Cause.OFFICER] == 60_000
    day.does(GiveHoldReason(reason=HoldReason.VISITOR_BREACH))
    lost = day.call.time.account.lost_ms
    assert (lost.get(Cause.OFFICER), lost[Cause.VISITOR_SIDE]) == (None, 61_000)  # one second of joining is theirs


def test_a_hold_is_explained_from_its_beginning_however_much_happens_in_it(day: Day) -> None:
    day.live()
    day.press(Key.HOLD)
    day.passes(30)
    day.visitor(Presence.GONE, None)
    day.passes(10)
    day.visitor(Presence.WAITING, "page-0002")
    day.passes(140)
    day.does(GiveHoldReason(reason=HoldReason.VISITOR_BREACH))
    assert day.call.time.account.lost_ms == {Cause.VISITOR_SIDE: 181_000}


@pytest.mark.slow
def test_presence_warns_then_holds_and_never_ends() -> None:
    numbers = Numbers(presence_every=timedelta(minutes=10))
    day = Day(numbers=numbers).starts(sheet(booking(hard_stop_after_s=7200))).live()
    assert day.shell.frame.presence_due_s is None
    day.flows(9 * 60)
    assert day.shell.frame.presence_due_s == 59
    day.does(ConfirmPresence())
    assert day.shell.frame.presence_due_s is None
    day.flows(600)
    assert day.is_now(CallState.HELD)
    assert day.record.of("presence_lapsed") != []
    day.passes(3600)
    assert day.is_now(CallState.HELD)


def test_a_note_and_a_welfare_check_change_no_call(day: Day) -> None:
    day.live()
    for deed in (WriteNote(text="asked for water"), WelfareDone()):
        day.does(deed)
        assert day.is_now(CallState.LIVE)


def test_nothing_is_done_in_a_state_it_means_nothing_in(day: Day) -> None:
    for deed in (Resume(), Extend(minutes=5), SendMessage(message=SetMessage.STAY_CALM), EndSoon(), WelfareDone()):
        if isinstance(deed, WelfareDone):
            continue
        with pytest.raises(Refused, match="cannot be done now"):
            day.does(deed)
