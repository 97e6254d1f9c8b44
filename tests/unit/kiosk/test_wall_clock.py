"""A wrong time of day opens no call and says why; it costs a running call nothing, and it comes right by itself."""

from datetime import UTC, datetime, timedelta

import pytest

from contract.words import CallState, Presence
from kiosk.errors import Refused
from kiosk.ipc import Key, LinkNow, Pressed, ShellHello
from kiosk.scenes import Fault, OutOfService
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day

NEVER_SET = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
STEPS = {
    "a day back": timedelta(days=-1),
    "a day on": timedelta(days=1),
    "an hour back, as in autumn": timedelta(hours=-1),
    "61 s on": timedelta(seconds=61),
    "61 s back": timedelta(seconds=-61),
    "to 1970": NEVER_SET - NOON,
    "to the end of time": datetime(9999, 12, 31, tzinfo=UTC) - NOON,
}
any_step = pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())


def welcomed(day: Day) -> Day:
    """The service says what its time is."""
    return day.told_time()


def stepped(day: Day, step: timedelta) -> Day:
    day.clock.set_wall(day.clock.wall() + step)
    day.session.tick()
    return day


def shown_fault(day: Day) -> Fault | None:
    scene = day.shell.scene
    return scene.fault if isinstance(scene, OutOfService) else None


@any_step
def test_a_clock_that_is_not_the_services_opens_no_call_and_says_so(step: timedelta) -> None:
    day = stepped(welcomed(Day()), step).starts(sheet(booking()))
    assert day.session.call is None
    assert shown_fault(day) is Fault.WRONG_CLOCK


@any_step
def test_a_call_that_waits_is_not_ended_by_a_time_that_is_not(step: timedelta) -> None:
    day = stepped(welcomed(Day()).starts(sheet(booking())), step)
    day.passes(300)
    assert day.session.call is None
    assert day.session.outcomes.ended.unsent == ()
    assert shown_fault(day) is Fault.WRONG_CLOCK
    day.clock.set_wall(NOON + timedelta(seconds=300))
    day.passes(1)
    assert day.is_now(CallState.WAITING)


@any_step
def test_a_step_in_a_call_changes_no_duration(step: timedelta) -> None:
    day = welcomed(Day()).starts(sheet(booking(duration_s=60))).live()
    day.flows(30)
    stepped(day, step).flows(28)
    assert day.is_now(CallState.LIVE)
    day.flows(1)
    assert day.is_now(CallState.ENDED)
    (report,) = day.session.outcomes.ended.unsent
    assert (report.talk_ms, report.owed_ms) == (59_000, 0)  # the first second went to joining
    assert NOON <= report.ended_at <= NOON + timedelta(minutes=2)


def test_no_booking_is_missed_by_a_clock_that_runs_ahead() -> None:
    day = stepped(welcomed(Day()), timedelta(days=1))
    day.starts(sheet(booking(), booking("b2", starts_at=NOON + timedelta(hours=2))))
    day.passes(60)
    assert day.session.outcomes.ended.unsent == ()


@pytest.mark.parametrize("step_s", [-60, -2, 2, 60])
def test_a_small_step_bars_nothing(step_s: int) -> None:
    day = stepped(
        welcomed(Day()).starts(sheet(booking(starts_at=NOON - timedelta(minutes=3)))), timedelta(seconds=step_s)
    )
    assert day.is_now(CallState.WAITING)
    assert shown_fault(day) is None


def test_a_step_that_ends_right_is_said_once_and_bars_nothing_more() -> None:
    day = stepped(welcomed(Day()), timedelta(hours=5)).starts(sheet(booking()))
    stepped(day, timedelta(hours=-5))
    assert day.is_now(CallState.WAITING)
    assert day.record.of("clock_wrong") == [{"wrong_by_ms": 5 * 3_600_000}]
    assert len(day.record.of("clock_right")) == 1


def test_a_clock_that_was_never_set_is_wrong_before_the_service_has_said_a_word() -> None:
    day = Day(wall=NEVER_SET)
    day.session.hear(ShellHello(pid=1))
    assert shown_fault(day) is Fault.WRONG_CLOCK
    assert day.record.of("clock_never_set") == [{}]
    day.clock.set_wall(NOON)
    day.passes(1)
    assert shown_fault(day) is Fault.STARTING


def test_the_service_is_believed_for_as_long_as_it_is_away() -> None:
    day = welcomed(Day()).starts(sheet(booking(starts_at=NOON + timedelta(hours=10))))
    day.session.hear(LinkNow(up=False))
    day.passes(10 * 3600)
    assert day.is_now(CallState.WAITING)
    stepped(day, timedelta(minutes=2))
    assert shown_fault(day) is Fault.WRONG_CLOCK


def test_identity_is_not_opened_in_the_instant_after_a_step() -> None:
    day = welcomed(Day()).starts(sheet(booking()))
    day.visitor(Presence.WAITING)
    day.clock.set_wall(NOON + timedelta(minutes=2))
    with pytest.raises(Refused, match="right time"):
        day.session.hear(Pressed(key=Key.OPEN_IDENTITY))
    assert day.is_now(CallState.WAITING)


def test_summer_time_moves_nothing() -> None:
    night = datetime(2027, 3, 28, 0, 59, 50, tzinfo=UTC)  # ten seconds before clocks go forward in London
    day = (
        welcomed(Day(wall=night)).starts(sheet(booking(starts_at=night, duration_s=60, hard_stop_after_s=2700))).live()
    )
    day.flows(58)
    assert day.is_now(CallState.LIVE)
    day.flows(1)
    assert day.is_now(CallState.ENDED)
    assert day.session.outcomes.ended.unsent[0].talk_ms == 59_000
