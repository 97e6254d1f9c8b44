"""What is wrong with the laptop's camera: said on the screen, put down to the laptop, and never an end of the call."""

import pytest

from contract.words import CallState, Cause, Presence, Use
from kiosk.ipc import CameraNow, DevicesNow, Key, Show
from kiosk.scenes import CameraFault, Fault, InCall, Joining, OutOfService, WaitingFor
from tests.fakes.bookings import booking, sheet
from tests.fakes.day import Day

NOT_ITS_OWN = DevicesNow(camera=False, microphone=True, speaker=True, other_camera=True)
BROKEN = [fault for fault in CameraFault if fault is not CameraFault.COVERED]


def real() -> Day:
    return Day(demo=False).starts(sheet(booking(), use=Use.LIVE))


def in_call(day: Day) -> InCall:
    scene = day.shell.last(Show).scene
    assert isinstance(scene, InCall)
    return scene


@pytest.mark.parametrize("fault", CameraFault)
def test_it_is_said_in_the_call_which_goes_on_and_no_longer_when_it_is_well(fault: CameraFault) -> None:
    day = real().live()
    day.session.hear(CameraNow(fault=fault))
    assert in_call(day).camera is fault
    talked_ms = day.call.time.account.talk_ms
    day.flows(60)
    assert day.is_now(CallState.LIVE)
    assert day.call.time.account.talk_ms - talked_ms == pytest.approx(60_000, abs=1000)
    day.session.hear(CameraNow())
    assert in_call(day).camera is None


@pytest.mark.parametrize("fault", BROKEN)
def test_time_that_is_lost_meanwhile_is_the_laptops(fault: CameraFault) -> None:
    assert lost_with(fault) == {Cause.LAPTOP}


def test_a_covered_lens_is_not_the_laptops_doing() -> None:
    assert Cause.LAPTOP not in lost_with(CameraFault.COVERED)
    assert lost_with(CameraFault.COVERED) == lost_with(None)


def lost_with(fault: CameraFault | None) -> set[Cause]:
    """What half a minute is put down to in which the two do not receive each other."""
    day = real().live()
    day.flows(30)
    before = dict(day.call.time.account.lost_ms)
    day.session.hear(CameraNow(fault=fault))
    day.flows(30, there=False, here=False)
    after = day.call.time.account.lost_ms
    return {cause for cause, lost in after.items() if lost - before.get(cause, 0) > 5000}


def test_what_a_shell_said_is_gone_with_it() -> None:
    day = real().live()
    day.session.hear(CameraNow(fault=CameraFault.BUSY))
    day.session.shell_now(up=False)
    assert day.session._shell.camera is None


def test_joining_says_that_it_waits_for_the_laptop() -> None:
    day = real()
    day.admitted()
    day.visitor(Presence.WAITING)
    assert joining(day) is WaitingFor.PICTURE
    day.session.hear(CameraNow(fault=CameraFault.COVERED))
    assert joining(day) is WaitingFor.PICTURE
    day.session.hear(CameraNow(fault=CameraFault.BUSY))
    assert joining(day) is WaitingFor.LAPTOP


def joining(day: Day) -> WaitingFor:
    scene = day.shell.last(Show).scene
    assert isinstance(scene, Joining)
    return scene.waiting_for


def test_a_camera_that_policy_does_not_name_bars_calls_and_is_said() -> None:
    day = real()
    day.session.hear(NOT_ITS_OWN)
    scene = day.shell.last(Show).scene
    assert scene == OutOfService(fault=Fault.OTHER_CAMERA, reference="OTHER-CAMERA")


def test_in_a_call_it_is_said_too_and_the_call_goes_on() -> None:
    day = real().live()
    day.session.hear(NOT_ITS_OWN)
    day.flows(10)
    assert in_call(day).lacks is Fault.OTHER_CAMERA
    day.press(Key.END_NOW)
    assert day.is_now(CallState.ENDED)
