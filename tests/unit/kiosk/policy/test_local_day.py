"""The date on the establishment's wall, also where summer time and UTC disagree about it."""

from datetime import UTC, date, datetime

import pytest

from kiosk.policy.local_day import local_day

LATE = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Europe/London", date(2026, 7, 2)),
        ("UTC", date(2026, 7, 1)),
        ("Nowhere/At all", date(2026, 7, 1)),
        ("../etc", date(2026, 7, 1)),
    ],
)
def test_the_day_is_the_establishments_own_and_by_utc_where_its_zone_is_not_known(zone: str, day: date) -> None:
    assert local_day(LATE, zone) == day
