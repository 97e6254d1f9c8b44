"""The laptop's day: what is next, what is shown, what is refused."""

from datetime import UTC, date, datetime, timedelta

import pytest

from contract.documents import DocumentKind
from contract.words import CallState, Outcome, Presence, Use
from kiosk.call_report import call_now
from kiosk.errors import Refused, Untrusted
from kiosk.ipc import DevicesNow, DocumentArrived, Key, LinkNow, ShellHello, Show, Tell, VisitorSeen
from kiosk.policy.measures import MeasureName, Standing
from kiosk.scenes import Fault, Goodbye, InCall, NextCall, NothingBooked, OfficerAdmits, OutOfService
from tests.fakes.bookings import MUM, booking, revoked, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day


def shown_fault(day: Day) -> Fault | None:
    scene = day.shell.last(Show).scene
    return scene.fault if isinstance(scene, OutOfService) else None


def test_a_laptop_without_a_sheet_is_starting() -> None:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    assert shown_fault(day) is Fault.STARTING


def test_an_empty_sheet_says_nothing_is_booked() -> None:
    assert Day().starts(sheet()).shell.scene == NothingBooked()


def test_the_next_call_is_the_earliest_that_is_not_over() -> None:
    past = booking("past", starts_at=NOON - timedelta(hours=2))
    later = booking("later", starts_at=NOON + timedelta(hours=2))
    soon = booking("soon", starts_at=NOON + timedelta(hours=1), participants=(MUM,))
    scene = Day().starts(sheet(later, past, soon)).shell.scene
    assert isinstance(scene, NextCall)
    assert (scene.who, scene.may_open, scene.countdown_s) == ("Mum", False, None)


def test_the_countdown_begins_ten_minutes_before_and_the_officer_may_open_five() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON + timedelta(minutes=11))))
    day.passes(61)
    scene = day.shell.scene
    assert isinstance(scene, NextCall)
    assert (scene.countdown_s, scene.may_open) == (599, False)
    with pytest.raises(Refused):
        day.press(Key.OPEN_IDENTITY)
    day.passes(300)
    scene = day.shell.scene
    assert isinstance(scene, NextCall)
    assert scene.may_open


def test_the_family_is_named_as_the_prisoner_names_them() -> None:
    scene = Day().starts(sheet(booking())).shell.scene
    assert isinstance(scene, NextCall)
    assert scene.who == "Mum and Jac"


def test_a_goodbye_stays_a_minute_and_the_booking_does_not_come_back() -> None:
    day = Day().starts(sheet(booking())).live()
    day.press(Key.END_NOW)
    assert isinstance(day.shell.scene, Goodbye)
    day.passes(59)
    assert isinstance(day.shell.scene, Goodbye)
    day.passes(1)
    assert day.shell.last(Show).scene.kind == "nothing_booked"


@pytest.mark.attack("sheet-bad")
def test_a_demo_laptop_refuses_real_bookings() -> None:
    day = Day()
    with pytest.raises(Untrusted):
        day.starts(sheet(booking(), use=Use.LIVE))
    day.session.tick()
    assert shown_fault(day) is Fault.LIVE_SHEET
    assert day.session.call is None


@pytest.mark.attack("sheet-bad")
def test_a_real_laptop_refuses_demo_bookings() -> None:
    day = Day(demo=False)
    with pytest.raises(Untrusted):
        day.starts(sheet(booking()))


def test_a_real_laptop_without_a_camera_opens_no_call_and_says_why() -> None:
    day = Day(demo=False).starts(sheet(booking(), use=Use.LIVE), devices=False)
    assert day.session.call is None
    assert shown_fault(day) is Fault.NO_CAMERA
    day.session.hear(DevicesNow(camera=True, microphone=False, speaker=True))
    assert shown_fault(day) is Fault.NO_SOUND
    day.session.hear(DevicesNow(camera=True, microphone=True, speaker=True))
    assert isinstance(day.shell.scene, NextCall)


def test_a_demo_without_devices_says_so_on_the_frame() -> None:
    frame = Day().starts(sheet(booking()), devices=False).shell.frame
    assert frame.demo
    assert frame.synthetic_camera
    assert frame.synthetic_sound


@pytest.mark.attack("sheet-bad")
def test_an_older_or_unreadable_sheet_changes_nothing() -> None:
    day = Day().starts(sheet(booking(), serial=5))
    for document in (sheet(serial=4).model_dump_json(), "{", "[]", '{"use":"demo"}'):
        with pytest.raises(Untrusted):
            day.session.hear(DocumentArrived(kind=DocumentKind.SHEET, document=document))
    day.session.tick()
    assert isinstance(day.shell.scene, NextCall)


def test_a_call_taken_off_the_sheet_before_admission_is_cancelled() -> None:
    day = Day().starts(sheet(booking()))
    day.sheet(sheet(serial=2))
    assert call_now(day.call).outcome is Outcome.ESTABLISHMENT_CANCELLED


def test_a_running_call_outlives_its_line_on_the_sheet() -> None:
    day = Day().starts(sheet(booking())).live()
    day.sheet(sheet(serial=2))
    day.flows(1)
    assert day.is_now(CallState.LIVE)


def test_a_booking_moved_before_it_is_opened_follows_the_sheet() -> None:
    day = Day().starts(sheet(booking()))
    day.sheet(sheet(booking(starts_at=NOON + timedelta(hours=1)), serial=2))
    assert day.session.call is None
    scene = day.shell.scene
    assert isinstance(scene, NextCall)
    assert scene.starts_at == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("not_a_laptop", Fault.NOT_KNOWN),
        ("laptop_elsewhere", Fault.IDENTITY_IN_USE),
        ("wrong_protocol", Fault.WRONG_SOFTWARE),
    ],
)
def test_a_service_that_refuses_the_laptop_puts_it_out_of_service(code: str, fault: Fault) -> None:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    day.session.hear(LinkNow(up=False, refused=code))
    assert shown_fault(day) is fault


def test_a_refusal_never_touches_a_call_that_was_opened() -> None:
    day = Day().starts(sheet(booking())).live()
    day.session.hear(LinkNow(up=False, refused="laptop_elsewhere"))
    day.flows(1, there=False)
    assert isinstance(day.shell.scene, InCall)


def test_the_officers_scene_shows_whom_to_compare() -> None:
    day = Day().starts(sheet(booking()))
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    scene = day.shell.scene
    assert isinstance(scene, OfficerAdmits)
    assert [person.name for person in scene.people] == ["Siân Huws", "Jac Huws"]
    assert scene.people[1].age == 9
    assert not scene.preview
    day.flows(1, there=False)
    scene = day.shell.scene
    assert isinstance(scene, OfficerAdmits)
    assert scene.preview


def test_a_clock_set_back_does_not_stretch_a_call() -> None:
    day = Day().starts(sheet(booking(duration_s=60))).live()
    day.clock.set_wall(NOON - timedelta(days=1))
    day.flows(60)
    assert day.is_now(CallState.ENDED)


def test_nothing_is_sent_twice_when_nothing_changed() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON + timedelta(hours=1))))
    before = len(day.shell.heard)
    for _ in range(5):
        day.passes(1)
    assert len(day.shell.heard) == before


def test_a_service_that_never_answers_is_said_after_a_while() -> None:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    day.passes(10)
    assert shown_fault(day) is Fault.STARTING
    day.passes(10)
    assert shown_fault(day) is Fault.NO_SERVICE
    day.session.hear(LinkNow(up=True))
    assert shown_fault(day) is Fault.STARTING


def test_a_laptop_has_settled_with_its_line_or_when_the_line_had_its_time() -> None:
    day = Day()
    assert not day.session.is_settled
    day.session.hear(ShellHello(pid=1))
    day.session.hear(LinkNow(up=False))  # it says so before it tries
    assert not day.session.is_settled
    day.session.hear(LinkNow(up=True))
    assert day.session.is_settled
    day.session.hear(LinkNow(up=False, refused="not_a_laptop"))
    assert day.session.is_settled
    day.session.hear(LinkNow(up=False))
    assert not day.session.is_settled
    day.passes(16)
    day.session.shell_silent(4000)
    assert day.session.is_settled


def test_a_laptop_whose_shell_or_lockdown_never_comes_does_not_start_for_ever() -> None:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    day.session.hear(LinkNow(up=True))
    day.session.lockdown_now(Standing(blocking=(MeasureName.BOOT,), unproved=(MeasureName.BOOT,)))
    assert not day.session.is_settled
    day.passes(61)
    assert day.session.is_settled


def test_a_real_laptop_opens_nothing_before_its_devices_are_known() -> None:
    day = Day(demo=False)
    day.session.hear(ShellHello(pid=1))
    day.session.hear(LinkNow(up=True))
    day.sheet(sheet(booking(), use=Use.LIVE))
    assert day.session.call is None
    assert shown_fault(day) is Fault.STARTING


@pytest.mark.attack("sheet-bad")
@pytest.mark.parametrize(
    ("start", "stop"),
    [
        (datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)),
        (datetime(9999, 12, 31, 23, 59, 58, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_booking_at_the_edge_of_time_is_refused_and_the_day_goes_on(start: datetime, stop: datetime) -> None:
    day = Day().starts(sheet())
    bad = booking().model_copy(update={"starts_at": start, "hard_stop_at": stop})
    with pytest.raises(Untrusted):
        day.sheet(sheet(bad, serial=2))
    day.passes(1)
    assert day.shell.last(Show).scene == NothingBooked()


def test_of_bookings_that_no_sheet_names_any_more_nothing_is_remembered() -> None:
    day = Day().starts(sheet(booking("b1", starts_at=NOON + timedelta(hours=2))))
    day.sheet(sheet(serial=2, revoked=(revoked("b1"),)))
    assert day.session.view().sheet.known("b1") is not None  # officers are told who
    day.sheet(sheet(serial=3))
    assert day.session.view().sheet.known("b1") is None


def test_a_call_that_an_officer_ended_may_be_explained_for_a_while() -> None:
    day = Day().starts(sheet(booking())).live()
    day.press(Key.END_NOW)
    while day.session.call is not None:
        day.passes(5)
    assert day.session.may_be_explained
    day.passes(15 * 60)
    assert not day.session.may_be_explained


@pytest.mark.attack("sheet-bad")
@pytest.mark.parametrize(
    "edge",
    [
        {"day": date.min},
        {"day": date.max},
        {"issued_at": datetime(1, 1, 1, tzinfo=UTC)},
        {"issued_at": datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)},
    ],
)
def test_a_sheet_from_the_edge_of_time_is_refused(edge: dict[str, date]) -> None:
    day = Day().starts(sheet())
    with pytest.raises(Untrusted):
        day.sheet(sheet(serial=2).model_copy(update=edge))
    assert day.session.sheet is not None
    assert day.session.sheet.serial == 1


def test_a_clock_set_back_while_waiting_closes_the_room_and_keeps_the_booking() -> None:
    day = Day(wall=NOON - timedelta(minutes=4)).starts(sheet(booking()))
    day.clock.set_wall(NOON - timedelta(hours=2))
    day.passes(3000)
    assert day.session.call is None
    day.clock.set_wall(NOON)
    day.passes(1)
    assert day.is_now(CallState.WAITING)


def test_a_booking_moved_while_the_officer_looks_is_taken_back() -> None:
    day = Day().starts(sheet(booking()))
    day.press(Key.OPEN_IDENTITY)
    day.sheet(sheet(booking(starts_at=NOON + timedelta(hours=2)), serial=2))
    assert day.session.call is None


def test_an_ending_nobody_heard_is_told_again_until_the_sheet_lists_it_no_more() -> None:
    next_one = booking("b2", starts_at=NOON + timedelta(minutes=4))
    day = Day().starts(sheet(booking(duration_s=60), next_one)).live()
    day.press(Key.END_NOW)
    day.session.hear(LinkNow(up=False))
    day.passes(61)
    assert day.call.booking.booking_id == "b2"
    day.session.hear(LinkNow(up=True))
    day.shell.heard.clear()
    day.sheet(sheet(booking(duration_s=60), next_one, serial=2))
    told = [tell.call for tell in day.shell.all(Tell)]
    assert [(call.booking_id, call.state) for call in told] == [("b1", CallState.ENDED), ("b2", CallState.WAITING)]
    assert told[0].outcome is Outcome.TERMINATED_BY_STAFF
    day.shell.heard.clear()
    day.sheet(sheet(next_one, serial=3))
    assert "b1" not in [tell.call.booking_id for tell in day.shell.all(Tell)]


def test_a_goodbye_gives_way_to_a_call_that_is_due() -> None:
    first, second = booking("b1", duration_s=60), booking("b2", starts_at=NOON + timedelta(seconds=60))
    day = Day().starts(sheet(first, second)).live()
    day.flows(60)
    assert isinstance(day.shell.last(Show).scene, Goodbye)
    day.passes(8)
    assert isinstance(day.shell.last(Show).scene, Goodbye)
    day.passes(2)
    assert day.call.booking.booking_id == "b2"


def test_visitors_of_bookings_that_are_not_ours_are_not_kept() -> None:
    day = Day().starts(sheet(booking()))
    for number in range(50):
        day.session.hear(VisitorSeen(booking_id=f"other-{number}", presence=Presence.WAITING, page="page-0001"))
    assert len(day.session._shell.visitors) <= 1


def test_a_booking_the_laptop_slept_through_gets_its_truthful_ending_and_no_scene() -> None:
    missed = booking("missed", starts_at=NOON - timedelta(hours=2), hard_stop_after_s=2700)
    day = Day().starts(sheet(missed))
    assert day.session.call is None
    assert day.shell.scene == NothingBooked()
    (report,) = day.session.outcomes.ended.unsent
    assert (report.booking_id, report.outcome, report.owed_ms) == ("missed", Outcome.TECHNICAL_LAPTOP, 1_800_000)
    assert report.ended_at == missed.hard_stop_at
    day.sheet(sheet(missed, serial=2))
    assert len(day.record.of("outcome")) == 1
