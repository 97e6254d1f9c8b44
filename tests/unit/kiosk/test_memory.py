"""The journal: killed, cut off or rebooted, the laptop comes back to its call with the right talk time."""

from datetime import UTC, datetime, timedelta

import pytest

from contract.record import OutcomeKept, OutcomeReport
from contract.words import CallState, Cause, HoldReason, Outcome, Presence
from kiosk.call_report import outcome_report
from kiosk.deeds import DeclareNoShow, Lock
from kiosk.errors import Refused
from kiosk.ipc import Carry, FromService, Key, LinkNow, ShellHello, VisitorSeen
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day


def comes_back(day: Day, serial: int = 2) -> Day:
    """The shell, the service and the family are there again."""
    day.session.hear(ShellHello(pid=2))
    day.session.hear(LinkNow(up=True))
    day.sheet(sheet(booking(hard_stop_after_s=2700), serial=serial))
    day.visitor(Presence.WAITING, "page-0002")
    return day


@pytest.fixture
def day() -> Day:
    return Day().starts(sheet(booking(hard_stop_after_s=2700))).live()


@pytest.mark.parametrize("boot_id", ["boot-1", "boot-2"], ids=["the guard", "the machine"])
def test_a_live_call_goes_on_with_its_talk_and_the_gap_is_ours(day: Day, boot_id: str) -> None:
    day.flows(60)
    day.restarts(off_s=90, boot_id=boot_id)
    assert day.is_now(CallState.INTERRUPTED)
    assert day.call.time.account.talk_ms == 60_000
    comes_back(day).flows(1)
    assert day.is_now(CallState.LIVE)
    assert day.call.time.account.lost_ms[Cause.LAPTOP] == 91_000  # until they hear each other again
    day.flows(10)
    assert day.call.time.account.talk_ms == 70_000


def test_a_reboot_with_a_clock_that_starts_again_tells_the_same_story(day: Day) -> None:
    day.flows(60)
    kept = day.session.keep("boot-1")
    rebooted = Day(wall=day.clock.wall() + timedelta(seconds=120))
    rebooted.session.recall(kept, "boot-2")
    account = rebooted.call.time.account
    assert account.talk_ms == 60_000
    assert account.lost_ms[Cause.LAPTOP] == 120_000


def test_a_wall_clock_set_back_across_a_reboot_makes_no_time_negative(day: Day) -> None:
    day.flows(60)
    kept = day.session.keep("boot-1")
    rebooted = Day(wall=NOON - timedelta(hours=3))
    rebooted.session.recall(kept, "boot-2")
    assert rebooted.call.time.account.talk_ms == 60_000


def test_a_call_whose_window_has_passed_gets_a_truthful_outcome(day: Day) -> None:
    day.flows(60)
    day.restarts(off_s=3600, boot_id="boot-2")
    assert not day.call.is_over  # until the service has said what the time is, or has long not said it
    day.passes(61)
    report = outcome_report(day.call)
    assert report.outcome is Outcome.TECHNICAL_LAPTOP
    assert report.talk_ms == 60_000
    assert report.ended_at == NOON + timedelta(seconds=2700)


@pytest.mark.parametrize("state", [CallState.WAITING, CallState.IDENTITY, CallState.JOINING, CallState.HELD])
def test_a_call_in_any_other_state_is_where_it_was(state: CallState) -> None:
    day = Day().starts(sheet(booking(hard_stop_after_s=2700)))
    day.visitor(Presence.WAITING)
    if state is not CallState.WAITING:
        day.press(Key.OPEN_IDENTITY)
    if state in (CallState.JOINING, CallState.HELD):
        day.admits()
    if state is CallState.HELD:
        day.press(Key.HOLD)
    day.restarts(off_s=5)
    assert day.is_now(state)
    if state is CallState.HELD:
        assert day.call.course.held_for is HoldReason.OFFICER


def test_an_ended_call_stays_ended_and_its_booking_does_not_open_again(day: Day) -> None:
    day.press(Key.END_NOW)
    day.restarts(off_s=61)
    comes_back_without_call = day
    comes_back_without_call.session.hear(ShellHello(pid=2))
    comes_back_without_call.session.hear(LinkNow(up=True))
    day.sheet(sheet(booking(hard_stop_after_s=2700), serial=2))
    assert day.session.call is None or day.call.is_over


def carried_outcomes(day: Day) -> list[OutcomeReport]:
    return [carry.message for carry in day.shell.all(Carry) if isinstance(carry.message, OutcomeReport)]


def test_an_outcome_is_said_until_it_is_kept_also_after_a_restart(day: Day) -> None:
    day.session.hear(LinkNow(up=False))
    day.press(Key.END_NOW)
    assert carried_outcomes(day) == []
    day.restarts(off_s=3 * 86_400, boot_id="boot-2")
    day.session.hear(ShellHello(pid=2))
    day.session.hear(LinkNow(up=True))
    assert [report.booking_id for report in carried_outcomes(day)] == ["b1"]
    day.passes(11)
    assert len(carried_outcomes(day)) == 2
    day.session.hear(FromService(answer=OutcomeKept(booking_id="b1", revision=1)))
    day.passes(60)
    assert len(carried_outcomes(day)) == 2
    assert day.record.of("outcome_delivered") == [{"booking_id": "b1", "revision": 1}]


def test_a_locked_laptop_is_locked_after_a_restart() -> None:
    day = Day().starts(sheet(booking()))
    day.does(Lock())
    assert day.restarts().session.fitness.locked


# ---- what a fresh pair of eyes found ----


def test_a_wall_clock_set_to_1970_in_a_call_costs_nobody_the_record(day: Day) -> None:
    day.flows(60)
    day.clock.set_wall(datetime(1970, 1, 1, tzinfo=UTC))
    day.press(Key.END_NOW)
    assert outcome_report(day.call).ended_at == NOON + timedelta(seconds=61)
    day.restarts()
    assert day.call.is_over


def test_a_shell_that_was_silent_and_speaks_again_is_no_longer_at_fault(day: Day) -> None:
    day.session.shell_silent(4000)
    day.flows(10)
    assert day.is_now(CallState.LIVE)
    day.visitor(Presence.GONE, None)
    day.passes(300)
    assert day.call.time.account.lost_ms[Cause.VISITOR_ABSENT] == 300_000


def test_a_new_shell_is_at_fault_until_it_has_said_what_it_knows_of_the_network(day: Day) -> None:
    day.session.shell_now(up=False)
    day.passes(5)
    day.session.hear(ShellHello(pid=2))
    day.passes(20)
    assert day.call.time.account.lost_ms[Cause.LAPTOP] == 25_000


def test_the_talk_of_a_shell_that_dies_ends_with_what_came_last(day: Day) -> None:
    day.flows(60)
    day.passes(1.9)
    day.session.shell_now(up=False, silent_ms=1900)
    assert day.call.time.account.talk_ms == 60_000


def test_a_family_that_came_while_the_laptop_was_down_is_no_no_show() -> None:
    day = Day().starts(sheet(booking(hard_stop_after_s=2700)))
    day.press(Key.OPEN_IDENTITY)
    day.restarts(off_s=800, boot_id="boot-2")
    day.session.hear(ShellHello(pid=2))
    day.session.hear(LinkNow(up=True))
    day.sheet(sheet(booking(hard_stop_after_s=2700), serial=2))
    day.passes(150)
    with pytest.raises(Refused, match="was not ready"):
        day.does(DeclareNoShow())


def test_a_laptop_that_came_too_late_to_hear_of_a_family_blames_nobody() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON - timedelta(minutes=12), hard_stop_after_s=2700)))
    day.visitor(Presence.GONE, None)  # as the service remembers it
    day.press(Key.OPEN_IDENTITY)
    day.passes(240)
    with pytest.raises(Refused, match="was not ready"):
        day.does(DeclareNoShow())


def test_a_family_seen_in_the_call_before_is_remembered_over_a_restart() -> None:
    later = booking("b2", starts_at=NOON + timedelta(minutes=40))
    day = Day().starts(sheet(booking(), later))
    day.session.hear(VisitorSeen(booking_id="b2", presence=Presence.WAITING, page="page-0002"))
    assert day.session.keep("boot-1").came == ("b2",)


def test_a_sheet_that_no_longer_lists_the_call_does_not_make_it_deaf(day: Day) -> None:
    day.sheet(sheet(serial=2))
    day.visitor(Presence.LEFT)
    assert day.is_now(CallState.ENDED)


def test_a_booking_that_is_edited_while_it_waits_keeps_its_causes() -> None:
    day = Day().starts(sheet(booking(hard_stop_after_s=2700)))
    day.passes(600)
    edited = booking(hard_stop_after_s=2700).model_copy(update={"note_for_officer": "bring a chair"})
    day.sheet(sheet(edited, serial=2))
    assert day.call.time.account.lost_ms == {Cause.NOT_BROUGHT: 600_000}


def test_an_announcement_ends_with_the_laptop_it_was_made_on(day: Day) -> None:
    day.call.announce(True)
    day.flows(1)
    day.restarts(off_s=60)
    lost = day.call.time.account.lost_ms
    assert (lost[Cause.ANNOUNCEMENT], lost[Cause.LAPTOP]) == (1_000, 60_000)


def test_a_clock_that_jumped_during_a_reboot_is_put_right_by_the_service(day: Day) -> None:
    day.flows(60)
    kept = day.session.keep("boot-1")
    rebooted = Day(wall=day.clock.wall() + timedelta(seconds=3600 + 20))  # it was off for twenty seconds
    rebooted.session.recall(kept, "boot-2")
    assert not rebooted.call.is_over
    rebooted.session.hear(ShellHello(pid=2))
    rebooted.session.hear(LinkNow(up=True))
    rebooted.told_time(rebooted.clock.wall() - timedelta(seconds=3600))
    assert rebooted.is_now(CallState.INTERRUPTED)
    account = rebooted.call.time.account
    assert (account.talk_ms, account.lost_ms[Cause.LAPTOP]) == (60_000, 20_000)
    assert rebooted.record.of("reboot_gap_corrected") == [{"wrong_by_ms": 3_600_000}]
