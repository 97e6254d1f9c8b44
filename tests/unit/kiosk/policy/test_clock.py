"""The plain clock."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.policy.clock import PlainClock

CLOCK = PlainClock(starts_ms=10_000, duration_ms=60_000, hard_stop_ms=100_000)


def test_talk_counts_only_while_live() -> None:
    clock = CLOCK.run(20_000).stop(30_000)
    assert clock.talk_ms(90_000) == 10_000
    assert clock.run(80_000).talk_ms(85_000) == 15_000


def test_talk_never_counts_before_the_start() -> None:
    assert CLOCK.run(0).talk_ms(9_000) == 0
    assert CLOCK.run(0).talk_ms(12_000) == 2_000


def test_the_call_is_over_when_the_talk_is_used_or_the_window_ends() -> None:
    assert not CLOCK.run(10_000).is_over(69_999)
    assert CLOCK.run(10_000).is_over(70_000)
    assert CLOCK.is_over(100_000)


def test_what_is_left_is_never_more_than_the_window_allows() -> None:
    assert CLOCK.left_ms(0) == 60_000
    assert CLOCK.run(90_000).left_ms(90_000) == 10_000


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 50_000)), max_size=30))
def test_talk_only_grows_and_never_passes_what_was_booked(steps: list[tuple[bool, int]]) -> None:
    now, clock, before = 0, CLOCK, 0
    for live, passed in steps:
        now += passed
        clock = clock.run(now) if live else clock.stop(now)
        talk = clock.talk_ms(now)
        assert before <= talk <= clock.duration_ms
        assert 0 <= clock.left_ms(now) <= clock.duration_ms - talk
        assert talk <= max(0, min(now, clock.hard_stop_ms) - clock.starts_ms)
        before = talk
