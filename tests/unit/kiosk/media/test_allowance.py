"""So many in a second, and so many at once."""

from kiosk.media.allowance import Allowance


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_allowed_and_then_so_many_a_second() -> None:
    clock = Clock()
    allowance = Allowance(10, 20, clock)
    assert [allowance.take() for _ in range(25)] == [True] * 20 + [False] * 5
    clock.now += 0.5
    assert [allowance.take() for _ in range(6)] == [True] * 5 + [False]


def test_a_long_pause_allows_no_more_than_one_burst() -> None:
    clock = Clock()
    allowance = Allowance(10, 20, clock)
    clock.now += 3600
    assert sum(allowance.take() for _ in range(100)) == 20
