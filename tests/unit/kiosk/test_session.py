"""The laptop's day: what is next, what is shown, what is refused."""

from datetime import timedelta

import pytest

from contract.words import CallState, Outcome, Presence, Use
from kiosk.errors import Refused, Untrusted
from kiosk.ipc import DevicesNow, Key, LinkNow, SheetArrived, ShellHello, Show
from kiosk.scenes import Fault, Goodbye, InCall, NextCall, NothingBooked, OfficerAdmits, OutOfService
from tests.fakes.bookings import MUM, booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day


def test_a_laptop_without_a_sheet_is_starting() -> None:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    assert day.shell.scene == OutOfService(fault=Fault.STARTING)


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


def test_a_demo_laptop_refuses_real_bookings() -> None:
    day = Day()
    with pytest.raises(Untrusted):
        day.starts(sheet(booking(), use=Use.LIVE))
    day.session.tick()
    assert day.shell.scene == OutOfService(fault=Fault.LIVE_SHEET)
    assert day.session.call is None


def test_a_real_laptop_refuses_demo_bookings() -> None:
    day = Day(demo=False)
    with pytest.raises(Untrusted):
        day.starts(sheet(booking()))


def test_a_real_laptop_without_a_camera_opens_no_call_and_says_why() -> None:
    day = Day(demo=False).starts(sheet(booking(), use=Use.LIVE), devices=False)
    assert day.session.call is None
    assert day.shell.scene == OutOfService(fault=Fault.NO_CAMERA)
    day.session.hear(DevicesNow(camera=True, microphone=False, speaker=True))
    assert day.shell.scene == OutOfService(fault=Fault.NO_SOUND)
    day.session.hear(DevicesNow(camera=True, microphone=True, speaker=True))
    assert isinstance(day.shell.scene, NextCall)


def test_a_demo_without_devices_says_so_on_the_frame() -> None:
    frame = Day().starts(sheet(booking()), devices=False).shell.frame
    assert frame.demo
    assert frame.synthetic_camera
    assert frame.synthetic_sound


def test_an_older_or_unreadable_sheet_changes_nothing() -> None:
    day = Day().starts(sheet(booking(), serial=5))
    for document in (sheet(serial=4).model_dump_json(), "{", "[]", '{"use":"demo"}'):
        with pytest.raises(Untrusted):
            day.session.hear(SheetArrived(document=document))
    day.session.tick()
    assert isinstance(day.shell.scene, NextCall)


def test_a_call_taken_off_the_sheet_before_admission_is_cancelled() -> None:
    day = Day().starts(sheet(booking()))
    day.sheet(sheet(serial=2))
    assert day.call.now().outcome is Outcome.ESTABLISHMENT_CANCELLED


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
    ("code", "fault"), [("not_a_laptop", Fault.NOT_ENROLLED), ("laptop_elsewhere", Fault.IDENTITY_IN_USE)]
)
def test_a_service_that_refuses_the_laptop_puts_it_out_of_service(code: str, fault: Fault) -> None:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    day.session.hear(LinkNow(up=False, refused=code))
    assert day.shell.scene == OutOfService(fault=fault)


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
