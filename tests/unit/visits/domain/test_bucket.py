"""The token bucket."""

from visits.domain.bucket import Bucket


def test_a_burst_is_allowed_and_then_only_the_rate() -> None:
    bucket = Bucket(now=0.0, a_second=50, at_once=200)
    assert [bucket.take(0.0) for _ in range(201)] == [True] * 200 + [False]
    assert [bucket.take(0.1) for _ in range(6)] == [True] * 5 + [False]


def test_a_rest_fills_the_bucket_and_no_more() -> None:
    bucket = Bucket(now=0.0, a_second=50, at_once=3)
    assert [bucket.take(1000.0) for _ in range(4)] == [True] * 3 + [False]
