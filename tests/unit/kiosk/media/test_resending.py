"""What is sent again: each packet once in a round trip, and never more than the line can be thought to carry."""

from hypothesis import given
from hypothesis import strategies as some

from kiosk.media.resending import AT_ONCE_S, SHARE, Resending

BYTES = 1200
PACKET_BITS = 8 * BYTES


def test_a_lost_packet_is_sent_again_at_once_and_then_once_in_a_round_trip() -> None:
    resending = Resending()
    asked = [(0.0, True), (0.02, False), (0.09, False), (0.11, True)]
    assert [resending.may(7, BYTES, 1_000_000, 100, at) for at, _ in asked] == [sent for _, sent in asked]


def test_without_a_known_round_trip_it_is_not_sent_twice_at_once() -> None:
    resending = Resending()
    assert [resending.may(7, BYTES, 1_000_000, None, at) for at in (0.0, 0.01, 0.06)] == [True, False, True]


def test_on_a_good_line_that_loses_a_fifth_every_lost_packet_is_sent_again() -> None:
    resending, bps = Resending(), 1_800_000
    a_second = bps // PACKET_BITS // 5
    assert all(resending.may(number, BYTES, bps, 40, number / a_second) for number in range(20 * a_second))


def test_a_far_side_that_asks_for_everything_gets_no_more_than_the_share() -> None:
    resending, bps, seconds = Resending(), 200_000, 10
    asked = (resending.may(number, BYTES, bps, 40, number / 500) for number in range(500 * seconds))
    assert sum(asked) * PACKET_BITS <= SHARE * bps * (AT_ONCE_S + seconds)


@given(some.lists(some.tuples(some.integers(0, 65_535), some.floats(0, 0.2), some.integers(0, 2_500_000))))
def test_whatever_is_asked_for_the_bound_holds(asked: list[tuple[int, float, int]]) -> None:
    resending, now, sent, most = Resending(), 0.0, 0, 0
    for number, pause, bps in asked:
        now += pause
        most = max(most, bps)
        sent += resending.may(number, BYTES, bps, None, now)
    assert sent * PACKET_BITS <= SHARE * most * (AT_ONCE_S + now) + 1


def test_what_was_sent_again_in_the_last_second_is_known() -> None:
    resending = Resending()
    assert resending.bps(0.0) == 0
    for number in range(4):
        assert resending.may(number, BYTES, 1_800_000, 40, 0.1)
    assert resending.bps(0.9) == 4 * PACKET_BITS
    assert resending.bps(1.2) == 0
