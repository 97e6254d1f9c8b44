"""When the laptop may be updated: never in or near a call, nor in call hours."""

from datetime import datetime, timedelta

import pytest

from kiosk.policy.numbers import Numbers
from kiosk.policy.updating import BOOKING_NEAR, CALL_HOURS, CLOCK_UNSURE, IN_A_CALL, CallHours, Moment, against
from tests.fakes.clock import NOON

NIGHT = NOON.replace(hour=23)
HOURS = CallHours("08:00", "20:00")


def why_not(
    at: datetime = NIGHT,
    *,
    booked: tuple[tuple[datetime, datetime], ...] = (),
    in_call: bool = False,
    sure: bool = True,
    released: bool = False,
    zone: str = "UTC",
) -> str | None:
    return against(Moment(at, zone, booked, in_call, sure, released), HOURS, Numbers())


def test_at_night_with_nothing_booked_it_may() -> None:
    assert why_not() is None


@pytest.mark.parametrize(("hour", "minute", "may"), [(7, 59, True), (8, 0, False), (19, 59, False), (20, 0, True)])
def test_call_hours_begin_and_end_on_the_minute(hour: int, minute: int, may: bool) -> None:
    said = why_not(NOON.replace(hour=hour, minute=minute))
    assert said == (None if may else CALL_HOURS.format(begins="08:00", ends="20:00"))


def test_call_hours_are_the_establishments_own() -> None:
    summer = datetime.fromisoformat("2026-07-01T07:30:00+00:00")
    assert why_not(summer) is None
    assert why_not(summer, zone="Europe/London") is not None  # there it is half past eight
    assert why_not(summer, zone="No/Where") is None


def test_never_in_a_call_whoever_asks() -> None:
    assert why_not(in_call=True) == IN_A_CALL
    assert why_not(in_call=True, released=True) == IN_A_CALL


@pytest.mark.parametrize(("before_min", "may"), [(51, True), (50, False), (0, False), (-59, False), (-60, True)])
def test_never_while_a_booking_is_within_its_window(before_min: int, may: bool) -> None:
    begins = NIGHT + timedelta(minutes=before_min)
    booked = ((begins, begins + timedelta(minutes=60)),)
    assert why_not(booked=booked) == (None if may else BOOKING_NEAR)
    assert why_not(booked=booked, released=True) == (None if may else BOOKING_NEAR)


def test_without_the_time_there_are_no_call_hours_to_be_outside_of() -> None:
    assert why_not(sure=False) == CLOCK_UNSURE


def test_a_released_laptop_takes_no_calls_and_may_be_updated_by_day() -> None:
    assert why_not(NOON, released=True, sure=False) is None
