"""Receiving: counters that grow, and patience for those that do not."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.policy.receiving import Receiving, Side

PATIENCE_MS = 2000
SILENCE_MS = 5000


def test_nothing_reported_is_nothing_received() -> None:
    assert not Side().is_receiving(0, PATIENCE_MS)


def test_a_report_of_nothing_is_nothing_received() -> None:
    side = Side()
    side.report(0, 0, now_ms=5)
    assert not side.is_receiving(5, PATIENCE_MS)


def test_more_of_either_kind_counts() -> None:
    for first in ((1, 0), (0, 20)):
        side = Side()
        side.report(*first, now_ms=10)
        assert side.is_receiving(10, PATIENCE_MS)


def test_patience_ends_to_the_millisecond() -> None:
    side = Side()
    side.report(1, 20, now_ms=10)
    side.report(1, 20, now_ms=1500)  # the same again is no receipt
    assert side.is_receiving(10 + PATIENCE_MS, PATIENCE_MS)
    assert not side.is_receiving(10 + PATIENCE_MS + 1, PATIENCE_MS)


def test_a_far_side_is_believed_by_its_last_report_until_it_has_been_silent_too_long() -> None:
    side = Side()
    assert not side.says_it_receives(0, PATIENCE_MS, SILENCE_MS)
    side.report(1, 20, now_ms=10)
    assert side.says_it_receives(10 + SILENCE_MS, PATIENCE_MS, SILENCE_MS)
    assert not side.says_it_receives(10 + SILENCE_MS + 1, PATIENCE_MS, SILENCE_MS)


def test_a_far_side_that_says_it_receives_nothing_is_believed_at_once() -> None:
    side = Side()
    side.report(1, 20, now_ms=10)
    side.report(1, 20, now_ms=10 + PATIENCE_MS + 1)
    assert not side.says_it_receives(10 + PATIENCE_MS + 1, PATIENCE_MS, SILENCE_MS)


def test_a_counter_that_runs_back_is_no_receipt_and_loses_nothing() -> None:
    side = Side()
    side.report(100, 4000, now_ms=10)
    side.report(3, 4000, now_ms=20)
    side.report(100, 3000, now_ms=30)
    assert (side.counters, side.grew_at_ms) == ((100, 4000), 10)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=20))
def test_the_counters_are_the_most_ever_reported(reports: list[tuple[int, int]]) -> None:
    side = Side()
    for at, report in enumerate(reports):
        side.report(*report, now_ms=at)
    assert side.counters == (max((r[0] for r in reports), default=0), max((r[1] for r in reports), default=0))


def test_the_two_sides_are_counted_apart() -> None:
    media = Receiving()
    media.here.report(1, 0, now_ms=1)
    assert media.here.is_receiving(1, PATIENCE_MS)
    assert not media.there.is_receiving(1, PATIENCE_MS)
