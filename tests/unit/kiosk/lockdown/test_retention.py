"""Retention: once a day, by policy, and never by a clock that nobody confirms."""

from datetime import datetime, timedelta

from kiosk.lockdown.retention import Retention
from tests.fakes.clock import NOON, FakeClock

KEEP = timedelta(days=90)


def kept(clock: FakeClock) -> tuple[Retention, list[datetime]]:
    since: list[datetime] = []
    return Retention(KEEP, clock, since.append), since


def test_what_is_older_than_policy_has_it_is_removed_once_a_day() -> None:
    clock = FakeClock()
    retention, since = kept(clock)
    for _ in range(3):
        retention.look(NOON)
    assert since == [NOON - KEEP]
    clock.advance(86_400)
    retention.look(clock.wall())
    assert len(since) == 2


def test_nothing_is_removed_by_a_clock_that_the_service_does_not_confirm() -> None:
    clock = FakeClock()
    retention, since = kept(clock)
    retention.look(None)
    clock.set_wall(NOON + timedelta(days=100))
    retention.look(NOON)
    assert since == []
