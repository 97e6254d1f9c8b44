"""Somebody on a booking may take part no more: nobody is admitted, a running call is held, its officer decides."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contract.sheet import Cancelled, Limits
from contract.words import CallState, Cause, EndCode, EndedBy, HoldReason, Outcome, Presence, Reason, Revocation
from kiosk.call_report import outcome_report
from kiosk.deeds import Admit, GiveReason, Resume
from kiosk.errors import Refused
from kiosk.ipc import Connect, Disconnect, Key, Show
from kiosk.officer_deeds import data_of
from kiosk.policy.permissions import DeedKind
from kiosk.scenes import Goodbye, Held, NothingBooked, NoticeKind, OfficerAdmits
from tests.fakes.bookings import JAC, MUM, booking, revoked, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day

BANNED = revoked()
MOVED = revoked(who=None, kind=Revocation.PRISONER_MOVED)


def live() -> Day:
    return Day().starts(sheet(booking())).live()


def test_a_running_call_is_held_at_once_and_its_devices_are_shut() -> None:
    day = live()
    day.flows(60)
    before = day.clock.boot_ms()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    assert day.is_now(CallState.HELD)
    assert day.clock.boot_ms() == before
    assert Disconnect() in day.shell.heard
    assert day.shell.scene == Held(who="Mum and Jac", reason=HoldReason.PARTICIPANT_REVOKED, left_s=1739)
    assert day.record.of("participant_revoked") == [{"booking_id": "b1", "who": "mum", "kind": "visitor_banned"}]


@pytest.mark.parametrize("state", [CallState.JOINING, CallState.INTERRUPTED])
def test_a_call_that_is_joining_or_interrupted_is_held_too(state: CallState) -> None:
    day = Day().starts(sheet(booking()))
    if state is CallState.JOINING:
        day.admitted()
    else:
        day.live().passes(3)
    assert day.is_now(state)
    day.sheet(sheet(serial=2, revoked=(MOVED,)))
    assert day.is_now(CallState.HELD)


def test_the_time_of_the_hold_costs_nobody_but_us() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    day.passes(120)
    assert day.call.time.account.lost_ms[Cause.OFFICER] == 120_000


def test_a_sheet_that_lifts_it_resumes_nothing() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    day.sheet(sheet(booking(), serial=3))
    day.passes(10)
    assert day.is_now(CallState.HELD)
    assert len(day.record.of("revocation_lifted")) == 1


def test_an_officer_resumes_and_the_same_revocation_holds_no_second_time() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    assert data_of(Resume(), day.call)["revoked"] == ["mum"]
    day.does(Resume())
    day.sheet(sheet(booking("b2", starts_at=booking().hard_stop_at), serial=3, revoked=(BANNED,)))
    day.flows(2)
    assert day.is_now(CallState.LIVE)


def test_another_revocation_holds_again() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    day.does(Resume())
    day.sheet(sheet(serial=3, revoked=(BANNED, revoked(who="jac"))))
    assert day.is_now(CallState.HELD)


def test_it_survives_a_reboot_and_holds_no_second_time_after_it() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    day.does(Resume())
    day.restarts(off_s=20, boot_id="boot-2").starts(sheet(serial=3, revoked=(BANNED,)))
    assert day.call.state is not CallState.HELD


def test_a_call_that_an_officer_holds_already_says_why_from_then_on() -> None:
    day = live()
    day.press(Key.HOLD)
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    assert day.is_now(CallState.HELD)
    assert isinstance(scene := day.shell.scene, Held)
    assert scene.reason is HoldReason.PARTICIPANT_REVOKED


def test_end_works_and_gives_the_reason_by_itself() -> None:
    day = live()
    day.flows(60)
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    day.press(Key.END_NOW)
    report = outcome_report(day.call)
    assert (report.outcome, report.ended_by, report.code) == (
        Outcome.TERMINATED_BY_STAFF,
        EndedBy.OFFICER,
        EndCode.REVOKED,
    )
    assert report.owed_ms == 1_739_000  # all but a minute of talk and the second in which the family was joining
    assert isinstance(scene := day.shell.scene, Goodbye)
    assert not scene.ask_reason
    day.does(GiveReason(code=EndCode.OTHER))
    assert outcome_report(day.call).code is EndCode.OTHER


def test_a_hold_that_nobody_ends_has_a_truthful_outcome() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    day.passes(1800)
    report = outcome_report(day.call)
    assert (report.outcome, report.reason, report.code) == (
        Outcome.TERMINATED_BY_STAFF,
        Reason.REVOKED,
        EndCode.REVOKED,
    )


def shut(*, opened: bool = False) -> Day:
    """Ten seconds before its start somebody may take part no more, and the family is there."""
    day = Day(wall=NOON - timedelta(seconds=10)).starts(sheet(booking()))
    day.visitor(Presence.WAITING)
    if opened:
        day.press(Key.OPEN_IDENTITY)
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    return day


@pytest.mark.parametrize("opened", [False, True])
def test_a_call_nobody_was_admitted_to_is_shut_and_says_so_without_an_outcome(opened: bool) -> None:
    day = shut(opened=opened)
    assert day.is_now(CallState.WAITING)
    assert day.shell.scene == NothingBooked(off_at=booking().starts_at)
    assert day.session.outcomes.ended.unsent == ()
    assert [notice.kind for notice in day.shell.last(Show).panel.notices] == [NoticeKind.VISITOR_BANNED]
    with pytest.raises(Refused, match="cannot take place"):
        day.press(Key.OPEN_IDENTITY)
    if opened:
        assert isinstance([each for each in day.shell.heard if isinstance(each, Connect | Disconnect)][-1], Disconnect)


@pytest.mark.parametrize("opened", [False, True])
def test_a_ban_that_is_lifted_a_moment_later_costs_the_family_nothing(opened: bool) -> None:
    day = shut(opened=opened)
    day.sheet(sheet(booking(), serial=3))
    assert len(day.record.of("revocation_lifted")) == 1
    day.live()
    assert day.session.outcomes.ended.unsent == ()


def test_a_call_that_stays_shut_is_over_with_its_window_and_is_owed_in_full() -> None:
    day = shut()
    day.passes(3600)
    report = outcome_report(day.call)
    assert (report.outcome, report.ended_by, report.reason) == (
        Outcome.ESTABLISHMENT_CANCELLED,
        EndedBy.SERVICE,
        Reason.REVOKED,
    )
    assert report.owed_ms == 30 * 60_000


def test_a_call_that_is_shut_outlasts_a_reboot() -> None:
    day = shut()
    day.restarts(off_s=20, boot_id="boot-2").starts(sheet(serial=2, revoked=(BANNED,)))
    assert day.is_now(CallState.WAITING)
    day.passes(3600)
    assert outcome_report(day.call).reason is Reason.REVOKED


def test_a_call_that_is_shut_and_then_cancelled_has_the_outcome_that_the_sheet_says() -> None:
    day = shut()
    off = Cancelled(booking_id="b1", outcome=Outcome.ADMINISTRATIVE_ERROR)
    day.sheet(sheet(serial=3).model_copy(update={"cancelled": (off,)}))
    assert outcome_report(day.call).outcome is Outcome.ADMINISTRATIVE_ERROR


def test_whose_approval_ended_yesterday_is_not_admitted() -> None:
    ended = MUM.model_copy(update={"vetted_until": date(2026, 11, 21)})
    day = Day().starts(sheet(booking(participants=(ended, JAC))))
    day.press(Key.OPEN_IDENTITY)
    with pytest.raises(Refused, match="approval to visit has ended"):
        day.session.deeds.check(Admit(ticked=("mum", "jac")))
    assert isinstance(scene := day.shell.scene, OfficerAdmits)
    assert scene.why_not is not None
    assert [person.approval_ended for person in scene.people] == [date(2026, 11, 21), None]


def test_an_approval_counts_until_the_end_of_its_last_local_day() -> None:
    late = datetime(2026, 7, 1, 22, 50, tzinfo=UTC)  # 11:50pm on 1 July in London
    today = MUM.model_copy(update={"vetted_until": date(2026, 7, 1)})
    day = Day(wall=late).starts(sheet(booking(starts_at=late, participants=(today,))))
    day.press(Key.OPEN_IDENTITY)
    day.session.deeds.check(Admit(ticked=("mum",)))
    day.passes(900)  # past midnight there, not yet by UTC
    with pytest.raises(Refused, match="approval to visit has ended"):
        day.session.deeds.check(Admit(ticked=("mum",)))


def test_the_panel_offers_to_go_on_and_the_reason_is_known() -> None:
    day = live()
    day.sheet(sheet(serial=2, revoked=(BANNED,)))
    assert DeedKind.RESUME in day.shell.last(Show).panel.deeds


@pytest.mark.parametrize(("limit_s", "offered"), [(None, (5, 10, 15)), (600, (5, 10)), (0, ())])
def test_a_booking_may_have_less_extension_than_policy_allows(limit_s: int | None, offered: tuple[int, ...]) -> None:
    limited = booking(hard_stop_after_s=3600).model_copy(update={"limits": Limits(longest_extension_s=limit_s)})
    day = Day().starts(sheet(limited)).live()
    assert day.shell.last(Show).panel.extend_minutes == offered
