"""A steady beat that leaves out what it is too late for."""

from kiosk.media.pace import Pace


class Clock:
    """A clock that only sleeping or a test moves."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def test_beats_come_one_by_one_at_their_time() -> None:
    clock = Clock()
    pace = Pace(10, clock.now, clock.sleep)
    times = []
    for number in range(4):
        assert pace.next() == number
        times.append(round(clock.seconds - 100, 6))
    assert times == [0, 0.1, 0.2, 0.3]


def test_beats_that_are_late_are_left_out() -> None:
    clock = Clock()
    pace = Pace(10, clock.now, clock.sleep)
    pace.next()
    clock.seconds += 0.55
    assert pace.next() == 5
    assert pace.next() == 6
    assert round(clock.seconds - 100, 6) == 0.6
