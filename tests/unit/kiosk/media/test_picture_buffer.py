"""Packets become pictures in order; what is lost for good costs a key frame, and never ten seconds."""

from dataclasses import dataclass, field

import pytest
from aiortc.rtp import RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.picture_buffer import ASKS_EVERY_S, MOST_PACKETS, PATIENCE_S, PictureBuffer, Whole
from kiosk.media.reception import Undecoded

KEY, INTER = b"\x10\x00", b"\x10\x01"
STEP_S = 1 / 30


def packet(number: int, picture: int, payload: bytes = INTER, *, last: bool = True) -> RtpPacket:
    made = RtpPacket(96, int(last), number % 65_536, picture * 3000 % 2**32, 7, payload)
    made._data = payload[1:]  # type: ignore[attr-defined]  # as aiortc's receiver leaves it
    return made


@dataclass
class Screen:
    """What came of all that was added."""

    now: float = 0.0
    shown: list[int] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.buffer = PictureBuffer(lambda: self.now)

    def add(self, *packets: RtpPacket) -> None:
        for each in packets:
            asks, whole = self.buffer.add(each)
            if asks:
                self.asked.append(self.now)
            if whole is not None:
                self.shown += [each.timestamp // 3000 for each in whole.in_order()]

    def goes_on(self, first: int, last: int) -> None:
        """Pictures of one packet each, 30 a second, in the order of their numbers."""
        for number in range(first, last):
            self.now += STEP_S
            self.add(packet(number, number))


def test_a_picture_is_whole_by_its_mark_and_waits_for_no_other() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY, last=False), packet(1, 0, b"\x00\x05"))
    assert screen.shown == [0]
    screen.add(packet(2, 1))
    assert screen.shown == [0, 1]


def test_without_a_mark_it_is_whole_by_the_next() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY, last=False), packet(1, 1, last=False))
    assert screen.shown == [0]


def test_what_a_late_packet_held_up_comes_with_it() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY))
    screen.goes_on(2, 8)
    assert screen.shown == [0]
    screen.add(packet(1, 1))
    assert screen.shown == list(range(8))
    assert not screen.asked


def test_a_lost_packet_is_given_up_a_key_frame_asked_for_and_nothing_shown_before_it() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY))
    screen.goes_on(2, 60)
    assert screen.shown == [0]
    assert screen.asked[0] == pytest.approx(2 * STEP_S + PATIENCE_S, abs=2 * STEP_S)
    assert all(b - a >= ASKS_EVERY_S for a, b in zip(screen.asked, screen.asked[1:], strict=False))
    screen.add(packet(60, 60, KEY), packet(61, 61))
    assert screen.shown == [0, 60, 61]


def test_a_key_frame_that_came_meanwhile_is_gone_on_with_and_none_asked_for() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY))
    screen.goes_on(2, 10)
    screen.add(packet(10, 10, KEY))
    screen.goes_on(11, 40)
    assert screen.shown == [0, *range(10, 40)]
    assert not screen.asked


def test_a_stream_whose_first_packet_is_lost_asks_once_it_has_waited() -> None:
    screen = Screen()
    screen.goes_on(1, 40)
    assert not screen.shown
    assert screen.asked
    assert screen.asked[0] >= PATIENCE_S


def test_numbers_that_begin_anew_are_another_stream() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY))
    screen.add(packet(30_000, 5, KEY), packet(30_001, 6))
    assert screen.shown == [0, 5, 6]


def test_numbers_wrap() -> None:
    screen = Screen()
    screen.add(packet(65_534, 0, KEY), packet(65_535, 1), packet(65_536, 2), packet(65_537, 3))
    assert screen.shown == [0, 1, 2, 3]


def test_mere_padding_is_no_picture() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY), packet(1, 0, b"", last=False), packet(2, 1))
    assert screen.shown == [0, 1]


def test_a_picture_that_never_ends_is_bounded() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY))
    screen.add(*(packet(number, 1, last=False) for number in range(1, 3 * MOST_PACKETS)))
    assert len(screen.buffer._packets) <= MOST_PACKETS
    assert screen.asked


def test_a_packet_that_comes_twice_counts_once() -> None:
    screen = Screen()
    screen.add(packet(0, 0, KEY), packet(0, 0, KEY), packet(1, 1), packet(0, 0, KEY), packet(1, 1))
    assert screen.shown == [0, 1]


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans(), st.booleans(), st.binary(max_size=3)), max_size=60))
def test_whatever_comes_pictures_are_in_order_and_never_twice(packets: list[tuple[int, bool, bool, bytes]]) -> None:
    screen = Screen()
    for number, is_key, is_last, more in packets:
        screen.now += 0.05
        screen.add(packet(number, number // 3, (KEY if is_key else INTER) + more, last=is_last))
    assert screen.shown == sorted(screen.shown)
    assert len(screen.buffer._packets) <= MOST_PACKETS


def test_all_that_became_whole_waits_for_the_decoder_with_its_time() -> None:
    first = Whole(b"a", 2**32 - 3000)
    first.behind = [Whole(b"b", 0), Whole(b"c", 3000)]
    first.timestamp = 90_000  # as aiortc's receiver maps it
    undecoded = Undecoded()
    undecoded.put(("vp8", first))
    assert [undecoded.get()[1].timestamp for _ in range(3)] == [90_000, 93_000, 96_000]
