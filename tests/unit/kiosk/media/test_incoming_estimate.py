"""What the far side is told that it may send, over a line that is calculated."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.incoming_estimate import LEAST_BPS, MOST_BPS, START_BPS, IncomingEstimate

PACKET = 1200


@dataclass
class Sender:
    """Sends what it is told, at most `most`, over a line of `capacity`; its clock began at an unknown time."""

    capacity: float
    most: float = 2_500_000
    now: float = 1000.0  # milliseconds
    free_at: float = 0.0
    said: list[tuple[float, int]] = field(default_factory=list)
    estimate: IncomingEstimate = field(default_factory=IncomingEstimate)
    drift: float = 1.0
    late: float = 0.0

    def run(self, seconds: float) -> "Sender":
        until = self.now + 1000 * seconds
        while self.now < until:
            rate = min(self.said[-1][1] if self.said else 300_000, self.most)
            self.now += 8000 * PACKET / rate
            self.free_at = max(self.free_at, self.now) + 8000 * PACKET / self.capacity
            sent = int(self.now * self.drift * 262.144) % (1 << 24)
            if (says := self.estimate.add(int(self.free_at + 20 + self.late), sent, PACKET, 7)) is not None:
                self.said.append((self.now, says[0]))
                assert says[1] == [7]
        return self


def test_the_first_packet_is_answered_with_all_that_a_call_needs() -> None:
    sender = Sender(5e6).run(0.1)
    assert sender.said[0][1] == START_BPS


def test_on_a_clean_line_it_rises_to_the_most_and_stays() -> None:
    sender = Sender(5e6).run(5)
    assert sender.said[-1][1] == MOST_BPS
    assert [bps for _, bps in sender.said] == sorted(bps for _, bps in sender.said)


@pytest.mark.parametrize("capacity", [1_000_000, 500_000, 300_000])
def test_on_a_narrow_line_it_falls_to_what_fits_and_the_queue_drains(capacity: int) -> None:
    sender = Sender(capacity).run(30)
    late = [bps for at, bps in sender.said if at > sender.now - 10_000]
    assert 0.5 * capacity < sum(late) / len(late) < 1.35 * capacity
    assert sender.free_at - sender.now < 700


def test_a_line_that_narrows_is_noticed_within_a_second() -> None:
    sender = Sender(5e6).run(10)
    sender.capacity = 500_000
    sender.run(1.5)
    assert sender.said[-1][1] <= MOST_BPS / 2


def test_it_is_said_again_twice_a_second_so_that_a_lost_word_does_no_harm() -> None:
    sender = Sender(5e6).run(10)
    assert 18 <= len(sender.said) <= 22


def test_clocks_that_drift_apart_are_no_queue() -> None:
    sender = Sender(5e6, drift=0.99995).run(120)
    assert sender.said[-1][1] == MOST_BPS


def test_a_single_stall_of_our_own_is_no_queue() -> None:
    sender = Sender(5e6).run(5)
    sender.late = 250.0
    sender.run(0.15)
    sender.late = 0.0
    sender.run(1)
    assert sender.said[-1][1] == MOST_BPS


@given(
    st.lists(
        st.tuples(st.integers(-(10**9), 10**9), st.integers(0, (1 << 24) - 1), st.integers(0, 2000), st.integers())
    )
)
def test_whatever_comes_it_stays_within_its_bounds_and_keeps_little(
    packets: list[tuple[int, int, int, int]],
) -> None:
    estimate = IncomingEstimate()
    for arrival, sent, size, source in packets:
        says = estimate.add(arrival, sent, size, source)
        assert LEAST_BPS <= estimate.bps <= MOST_BPS
        assert says is None or len(says[1]) <= 16
