"""Presses that came to nothing are on record once a minute with their sum, however fast they come."""

from kiosk.lockdown.swallowed_presses import SwallowedPresses
from tests.fakes.clock import FakeClock
from tests.fakes.record import FakeRecord


def test_the_first_is_recorded_at_once_and_the_rest_once_a_minute() -> None:
    clock, record = FakeClock(), FakeRecord()
    swallowed = SwallowedPresses(clock, record.note)
    for _ in range(150):
        swallowed.heard(200)
        clock.advance(1)
    assert record.of("presses_swallowed") == [{"count": 200}, {"count": 60 * 200}, {"count": 60 * 200}]


def test_what_is_left_is_recorded_when_its_minute_is_over_and_nothing_after_that() -> None:
    clock, record = FakeClock(), FakeRecord()
    swallowed = SwallowedPresses(clock, record.note)
    swallowed.heard(1)
    swallowed.heard(4)
    for _ in range(300):
        clock.advance(1)
        swallowed.look()
    assert record.of("presses_swallowed") == [{"count": 1}, {"count": 4}]
