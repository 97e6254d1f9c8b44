"""Local days, with the nights the clocks change."""

from datetime import UTC, date, datetime, timedelta

import pytest

from visits.domain.day import age_on, day_bounds, local_day

LONDON = "Europe/London"


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 7, 1), 24), (date(2026, 10, 25), 25)], ids=str
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, hours: int) -> None:
    start, end = day_bounds(day, LONDON)
    assert end - start == timedelta(hours=hours)
    assert local_day(start, LONDON) == day
    assert local_day(end - timedelta(seconds=1), LONDON) == day
    assert local_day(end, LONDON) == day + timedelta(days=1)


def test_in_summer_the_day_begins_an_hour_before_utc() -> None:
    assert local_day(datetime(2026, 7, 1, 23, 0, tzinfo=UTC), LONDON) == date(2026, 7, 2)


@pytest.mark.parametrize(
    ("day", "age"), [(date(2026, 2, 28), 17), (date(2026, 3, 1), 18), (date(2028, 2, 29), 20)], ids=str
)
def test_a_leap_day_child_grows_older_on_the_first_of_march(day: date, age: int) -> None:
    assert age_on(day, date(2008, 2, 29)) == age
