"""A measure of the lockdown is lost: no call runs until it holds again, and nobody but us pays for the time."""

import pytest

from contract.words import CallState, Cause, HoldReason, Presence, Use
from kiosk.deeds import Lock, MaintenanceReason, Release, Resume
from kiosk.errors import Refused
from kiosk.ipc import Connect, DevicesNow, Disconnect, Key, Show
from kiosk.policy.measures import MeasureName, Standing
from kiosk.scenes import Fault, InCall, Interrupted, Joining, NextCall, OfficerAdmits, OutOfService, WaitingFor
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day

USB, DISPLAYS = MeasureName.USB, MeasureName.DISPLAYS
BLOCKED = Standing(blocking=(USB,))
UNREADY = Standing(interrupting=(DISPLAYS,))
CLEAR = Standing()


def real() -> Day:
    return Day(demo=False).starts(sheet(booking(), use=Use.LIVE))


@pytest.mark.parametrize(
    ("standing", "fault", "measure", "reference"),
    [(BLOCKED, Fault.NOT_LOCKED, USB, "NOT-LOCKED-USB"), (UNREADY, Fault.NOT_READY, DISPLAYS, "NOT-READY-DISPLAYS")],
)
def test_the_laptop_is_out_of_service_and_says_which_measure(
    standing: Standing, fault: Fault, measure: MeasureName, reference: str
) -> None:
    day = real()
    day.session.lockdown_now(standing)
    assert day.shell.last(Show).scene == OutOfService(fault=fault, measure=measure, reference=reference)
    assert day.shell.last(Show).frame.lost is measure
    with pytest.raises(Refused):
        day.press(Key.OPEN_IDENTITY)
    day.session.lockdown_now(CLEAR)
    assert isinstance(day.shell.scene, NextCall)
    assert day.shell.last(Show).frame.lost is None


def test_a_warning_is_shown_and_bars_nothing() -> None:
    day = real()
    day.session.lockdown_now(Standing(warning=(MeasureName.POWER,)))
    assert day.shell.last(Show).frame.warns is MeasureName.POWER
    assert day.live().is_now(CallState.LIVE)


@pytest.mark.parametrize("standing", [BLOCKED, UNREADY])
def test_a_running_call_is_interrupted_with_its_devices_shut_and_goes_on_by_itself(standing: Standing) -> None:
    day = real().live()
    day.flows(60)
    day.session.lockdown_now(standing)
    assert day.is_now(CallState.INTERRUPTED)
    assert Disconnect() in day.shell.heard
    connects = len(day.shell.all(Connect))
    day.passes(30)
    assert len(day.shell.all(Connect)) == connects
    scene = day.shell.last(Show).scene
    assert isinstance(scene, Interrupted)
    assert (scene.cause, scene.measure, scene.ask_officer) == (Cause.LAPTOP, standing.barred_by, True)
    day.session.lockdown_now(CLEAR)
    assert len(day.shell.all(Connect)) == connects + 1
    day.flows(1)
    assert day.is_now(CallState.LIVE)


def test_the_lost_time_is_the_laptops_and_is_given_back() -> None:
    day = real().live()
    day.flows(60)
    before = day.call.time.account.lost_ms.get(Cause.LAPTOP, 0)
    day.session.lockdown_now(BLOCKED)
    day.passes(120)
    lost = day.call.time.account.lost_ms[Cause.LAPTOP] - before
    assert lost == pytest.approx(120_000, abs=1000)


@pytest.mark.parametrize("standing", [BLOCKED, UNREADY])
def test_end_works_while_the_laptop_is_barred(standing: Standing) -> None:
    day = real().live()
    day.session.lockdown_now(standing)
    day.press(Key.END_NOW)
    assert day.is_now(CallState.ENDED)


def test_a_preview_shuts_and_nobody_is_admitted() -> None:
    day = real()
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    day.session.lockdown_now(BLOCKED)
    assert day.shell.all(Disconnect)
    scene = day.shell.last(Show).scene
    assert isinstance(scene, OfficerAdmits)
    assert scene.why_not is not None
    with pytest.raises(Refused):
        day.admits()


def test_joining_says_that_it_waits_for_the_laptop() -> None:
    day = real()
    day.admitted()
    day.session.lockdown_now(BLOCKED)
    day.passes(11)
    scene = day.shell.last(Show).scene
    assert isinstance(scene, Joining)
    assert scene.waiting_for is WaitingFor.LAPTOP


def test_a_held_call_is_not_gone_on_with() -> None:
    day = real().live()
    day.press(Key.HOLD)
    day.session.lockdown_now(BLOCKED)
    with pytest.raises(Refused):
        day.does(Resume())
    assert day.call.course.held_for is HoldReason.OFFICER
    day.session.lockdown_now(CLEAR)
    day.does(Resume())
    assert day.is_now(CallState.JOINING)


def test_a_call_that_is_recalled_while_barred_stays_shut() -> None:
    day = real().live()
    kept = day.session.keep("boot-1")
    again = Day(demo=False)
    again.session.lockdown_now(BLOCKED)
    again.session.recall(kept, "boot-1")
    assert again.session.call is not None
    assert again.call.barred_by is USB
    assert again.is_now(CallState.INTERRUPTED)


def test_a_released_laptop_takes_no_call_until_it_restarts() -> None:
    day = real()
    day.does(Release(why=MaintenanceReason.UPDATE))
    assert day.session.fitness.released
    assert day.shell.last(Show).frame.released
    assert day.shell.last(Show).scene == OutOfService(fault=Fault.MAINTENANCE, reference="MAINTENANCE")
    day.passes(60)
    with pytest.raises(Refused):
        day.press(Key.OPEN_IDENTITY)
    day.does(Lock())
    assert day.shell.last(Show).scene == OutOfService(fault=Fault.MAINTENANCE, reference="MAINTENANCE")
    assert day.session.keep("boot-1").released_at_ms is not None
    for boot, stays in (("boot-1", True), ("boot-2", False)):
        again = Day(demo=False)
        again.session.recall(day.session.keep("boot-1"), boot)
        assert again.session.fitness.released is stays


def test_a_running_call_is_not_released_from_under_two_people() -> None:
    day = real().live()
    with pytest.raises(Refused):
        day.session.deeds.check(Release(why=MaintenanceReason.REPAIR))


def test_a_camera_that_is_unplugged_in_a_call_is_said_and_the_call_goes_on() -> None:
    day = real().live()
    day.session.hear(DevicesNow(camera=False, microphone=True, speaker=True))
    day.flows(10)
    scene = day.shell.last(Show).scene
    assert isinstance(scene, InCall)
    assert scene.lacks is Fault.NO_CAMERA
    day.session.hear(DevicesNow(camera=True, microphone=True, speaker=True))
    day.flows(1)
    scene = day.shell.last(Show).scene
    assert isinstance(scene, InCall)
    assert scene.lacks is None


def test_before_everything_is_proved_the_laptop_is_getting_ready_and_no_more() -> None:
    day = real()
    day.session.lockdown_now(Standing(blocking=(USB,), unproved=(USB,)))
    assert day.shell.last(Show).scene == OutOfService(fault=Fault.STARTING)
    with pytest.raises(Refused):
        day.press(Key.OPEN_IDENTITY)
