"""Packets are told apart into pictures, in whatever order they come, and by nobody's word but their own."""

from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.moments import REMEMBERED, Moments
from tests.fakes.overtaking import overtaking


def counted(packets: list[tuple[int, int]]) -> int:
    """How many pictures these packets, each a number and a timestamp, are taken for."""
    moments = Moments()
    return sum(moments.is_new(number % 65_536, moment.to_bytes(4, "big")) for number, moment in packets)


def test_packets_in_their_order_are_as_many_pictures_as_they_are() -> None:
    assert counted([(number, number // 10) for number in range(1000)]) == 100


def test_packets_that_overtake_each_other_are_no_more_pictures() -> None:
    assert counted([(65_000 + number, number // 10) for number in overtaking(1000)]) == 100


def test_one_packet_more_of_a_picture_that_is_long_past_counts_once() -> None:
    packets = [(number, number // 10) for number in range(10 * REMEMBERED + 20) if number != 5]
    assert counted([*packets, (5, 0)]) == REMEMBERED + 3


def test_each_step_back_and_forth_is_one() -> None:
    assert counted([(number, number % 2) for number in range(1000)]) == 1000


@given(st.permutations(range(20)), st.lists(st.integers(0, 3), min_size=20, max_size=20))
def test_aiortc_never_makes_more_pictures_of_them(order: list[int], moments: list[int]) -> None:
    buffer = JitterBuffer(capacity=128, is_video=True)
    made = 0
    for number in order:
        packet = RtpPacket(sequence_number=number, timestamp=moments[number])
        packet._data = b""  # type: ignore[attr-defined]  # as aiortc's receiver does
        made += buffer.add(packet)[1] is not None
    assert made <= counted([(number, moments[number]) for number in order])
