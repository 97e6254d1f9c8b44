"""Receiving: counters that grow, patience for those that do not, and silence that is no report of nothing."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.policy.numbers import Needs
from kiosk.policy.receiving import Flow, Receiving, Side

PATIENCE_MS = 2000
SILENCE_MS = 5000


def test_nothing_reported_is_nothing_received() -> None:
    assert not Flow().grew_within(0, PATIENCE_MS)


def test_a_report_of_nothing_is_nothing_received() -> None:
    flow = Flow()
    flow.report(0, now_ms=5)
    assert not flow.grew_within(5, PATIENCE_MS)


def test_patience_ends_to_the_millisecond() -> None:
    flow = Flow()
    flow.report(20, now_ms=10)
    flow.report(20, now_ms=1500)  # the same again is no receipt
    assert flow.grew_within(10 + PATIENCE_MS, PATIENCE_MS)
    assert not flow.grew_within(10 + PATIENCE_MS + 1, PATIENCE_MS)


@given(st.lists(st.integers(0, 9), max_size=20))
def test_the_count_is_the_most_ever_reported_and_growth_the_last_record(counts: list[int]) -> None:
    flow, grew_at = Flow(), None
    for at, count in enumerate(counts):
        grew_at = at if count > flow.count else grew_at
        flow.report(count, now_ms=at)
    assert (flow.count, flow.grew_at_ms) == (max(counts, default=0), grew_at)


def test_policy_names_the_kind_that_counts() -> None:
    side = Side()
    side.report(video_frames=30, audio_ms=0, now_ms=10)
    assert side.flow(Needs.PICTURE).grew_within(10, PATIENCE_MS)
    assert not side.flow(Needs.SOUND).grew_within(10, PATIENCE_MS)


def test_a_side_has_said_something_until_it_has_been_silent_too_long() -> None:
    side = Side()
    assert not side.has_said_within(0, SILENCE_MS)
    side.report(1, 20, now_ms=10)
    assert side.has_said_within(10 + SILENCE_MS, SILENCE_MS)
    assert not side.has_said_within(10 + SILENCE_MS + 1, SILENCE_MS)


def test_the_two_sides_are_counted_apart() -> None:
    media = Receiving()
    media.here.report(1, 20, now_ms=1)
    assert media.here.sound.grew_within(1, PATIENCE_MS)
    assert not media.there.sound.grew_within(1, PATIENCE_MS)


def test_a_far_side_that_counts_anew_is_received_from_its_first_count_on_and_when_it_last_grew_still_stands() -> None:
    receiving = Receiving()
    for side in (receiving.here, receiving.there, receiving.by_rtcp):
        side.report(video_frames=900, audio_ms=30_000, now_ms=1_000)
    receiving.far_side_counts_anew()
    assert receiving.there.sound.grew_at_ms == receiving.there.picture.grew_at_ms == 1_000
    for side in (receiving.here, receiving.there, receiving.by_rtcp):
        side.report(video_frames=1, audio_ms=20, now_ms=2_000)
    assert receiving.there.picture.grew_at_ms == receiving.by_rtcp.sound.grew_at_ms == 2_000
    assert receiving.here.picture.grew_at_ms == receiving.here.sound.grew_at_ms == 1_000
