"""The service's time counts when it was asked for, just now and on this line; nothing else sets a clock."""

from datetime import UTC, datetime, timedelta

import pytest

from contract.laptop_link import TimeAsked
from contract.words import CallState
from kiosk.errors import Untrusted
from kiosk.ipc import Carry, LinkNow, ShellHello
from kiosk.wall_clock import Said
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day

UP, DOWN = LinkNow(up=True), LinkNow(up=False)


def connected() -> Day:
    day = Day()
    day.session.hear(ShellHello(pid=1))
    day.session.hear(UP)
    return day


def asked(day: Day) -> list[str]:
    return [carry.message.nonce for carry in day.shell.all(Carry) if isinstance(carry.message, TimeAsked)]


def test_the_time_is_asked_whenever_the_line_comes_and_then_every_hour() -> None:
    day = connected()
    day.session.hear(LinkNow(up=True, clean=False))  # the same line
    assert len(asked(day)) == 1
    day.told_time().passes(3599)
    assert len(asked(day)) == 1
    day.passes(1)
    assert len(asked(day)) == 2
    day.told_time()
    day.session.hear(DOWN)
    day.passes(7200)
    assert len(asked(day)) == 2
    day.session.hear(UP)
    assert len(asked(day)) == 3


def test_no_question_is_asked_twice() -> None:
    day = connected()
    for _ in range(5):
        day.passes(60)
    assert len(asked(day)) == len(set(asked(day))) == 6


@pytest.mark.attack("time-replayed")
def test_an_answer_counts_once() -> None:
    day = connected()
    answer = day.time(NOON)
    day.session.hear(answer)
    day.clock.advance(3600)
    with pytest.raises(Untrusted):
        day.session.hear(answer)
    assert day.session.fitness.wall.believed() == NOON + timedelta(hours=1)
    assert len(day.record.of("time_refused")) == 1


@pytest.mark.attack("time-replayed")
@pytest.mark.parametrize("late_s", [10.001, 60, 3600])
def test_an_answer_that_comes_late_is_not_believed(late_s: float) -> None:
    day = connected()
    answer = day.time()
    day.clock.advance(late_s)
    with pytest.raises(Untrusted, match="too late"):
        day.session.hear(answer)


@pytest.mark.attack("time-replayed")
def test_an_answer_to_the_last_question_is_none_to_this_one() -> None:
    day = connected()
    answer = day.time()
    day.session.hear(DOWN)
    with pytest.raises(Untrusted, match="not asked for"):
        day.session.hear(answer)
    day.session.hear(UP)
    with pytest.raises(Untrusted):
        day.session.hear(answer)
    day.told_time()


def test_a_refusal_is_recorded_once_a_question_and_the_right_answer_still_counts() -> None:
    day = connected()
    for _ in range(100):
        with pytest.raises(Untrusted):
            day.session.hear(day.time(nonce="another-nonce-of-somebody"))
    assert len(day.record.of("time_refused")) == 1
    day.told_time()


@pytest.mark.parametrize("held_up_ms", [0, 1, 5_000, 10_000])
@pytest.mark.parametrize("asked_late_ms", [0, 10_000])
@pytest.mark.parametrize("wrong_ms", [-3_600_000, -7_000, 0, 7_000, 3_600_000])
def test_a_slow_answer_never_makes_a_clock_look_more_wrong_than_it_is(
    held_up_ms: int, asked_late_ms: int, wrong_ms: int
) -> None:
    said = Said(NOON, asked_ms=1_000 - asked_late_ms, heard_ms=1_000 + held_up_ms)
    wall = NOON + timedelta(milliseconds=wrong_ms + 500)  # half a second after it was signed, at 1,000 ms
    found = said.wrong_by_ms(wall, 1_500)
    assert abs(found) <= abs(wrong_ms)
    assert found * wrong_ms >= 0
    assert abs(found - wrong_ms) <= max(held_up_ms, asked_late_ms)


def test_a_time_of_day_before_this_software_is_believed_by_nobody() -> None:
    day = Day(wall=datetime(1970, 1, 1, tzinfo=UTC))
    day.session.hear(ShellHello(pid=1))
    day.session.hear(UP)
    day.told_time(NOON)
    day.sheet(sheet(booking()))
    assert day.session.call is None  # the laptop's own clock still shows 1970
    day.clock.set_wall(NOON)
    day.passes(0)
    assert day.is_now(CallState.WAITING)


@pytest.mark.parametrize(
    "change",
    [datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)],
    ids=["clocks go forward", "clocks go back"],
)
@pytest.mark.parametrize("minutes", [-40, -5, 0, 20])
def test_a_booking_around_the_change_of_summer_time_opens_by_utc_and_lasts_as_long(
    change: datetime, minutes: int
) -> None:
    starts_at = change + timedelta(minutes=minutes)
    day = Day(wall=starts_at - timedelta(minutes=6)).starts(sheet(booking(starts_at=starts_at)))
    day.told_time()
    assert day.session.call is None
    day.passes(60)
    day.live()
    day.flows(330)
    assert day.call.time.fair.times.starts_ms + 30 * 60_000 == day.clock.boot_ms() + day.call.time.left_ms
    assert not day.record.of("clock_wrong")
