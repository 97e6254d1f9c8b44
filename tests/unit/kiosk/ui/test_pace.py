"""So many at once, and then so many a second."""

from kiosk.ui.pace import Pace


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_are_allowed_at_once_and_no_more() -> None:
    pace = Pace(20.0, 3, Hand())
    assert [pace.allows() for _ in range(5)] == [True, True, True, False, False]


def test_time_allows_more_and_never_more_than_at_once() -> None:
    hand = Hand()
    pace = Pace(20.0, 3, hand)
    while pace.allows():
        pass
    hand.now += 0.125
    assert [pace.allows() for _ in range(3)] == [True, True, False]
    hand.now += 3600.0
    assert [pace.allows() for _ in range(4)] == [True, True, True, False]


def test_a_clock_that_goes_back_allows_nothing_more() -> None:
    hand = Hand()
    pace = Pace(20.0, 1, hand)
    assert pace.allows()
    hand.now -= 50.0
    assert not pace.allows()
