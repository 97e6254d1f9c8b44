"""What is kept and reckoned of received media has bounds."""

import itertools
import queue
import time
from types import SimpleNamespace

import aiortc.rtcrtpreceiver
import pytest
from aiortc.rtcrtpreceiver import NackGenerator, StreamStatistics
from aiortc.rtp import RTP_HISTORY_SIZE, RtcpReceiverInfo, RtpPacket
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.picture_buffer import PATIENCE_S
from kiosk.media.reception import (
    AGAIN_S,
    MOST_UNDECODED,
    BoundedNacks,
    BoundedStatistics,
    Undecoded,
    bound_reception,
)


def packet(number: int, timestamp: int = 0) -> RtpPacket:
    return RtpPacket(97, 0, number % 65_536, timestamp, 7)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(st.integers(0, 300), st.integers(0, 65_535)), max_size=8))
def test_what_is_asked_for_is_missing_in_aiortc_too_and_bounded(numbers: list[int]) -> None:
    bounded, plain, asked = BoundedNacks(), NackGenerator(), set[int]()
    for number in numbers:
        assert bounded.add(packet(number)) >= plain.add(packet(number))
        assert len(bounded.missing) <= RTP_HISTORY_SIZE
        asked = (asked | bounded.missing) - {number % 65_536}
        assert asked >= plain.missing


def test_a_packet_is_asked_for_at_once_then_ever_later_and_no_more_once_it_is_given_up() -> None:
    now = 0.0
    nacks = BoundedNacks(lambda: now)
    asked = []
    for number in (*range(5), *range(6, 100)):  # the fifth is lost
        if nacks.add(packet(number)):
            asked.append((round(now, 2), nacks.missing))
        now += 0.02
    assert [missing for _, missing in asked] == [{5}] * len(asked)
    times = [at for at, _ in asked]
    assert times[0] == 0.1
    apart = [later - sooner for sooner, later in itertools.pairwise(times)]
    assert len(apart) > len(AGAIN_S)
    assert all(least <= each <= least + 0.03 for least, each in zip(AGAIN_S, apart, strict=False))
    assert times[-1] <= 0.1 + PATIENCE_S


def test_a_packet_that_came_is_not_asked_for_again() -> None:
    now = 0.0
    nacks = BoundedNacks(lambda: now)
    assert [nacks.add(packet(number)) for number in (0, 2)] == [False, True]
    now += 1.1 * max(AGAIN_S)
    assert not nacks.add(packet(1))
    assert not nacks.add(packet(3))


@pytest.mark.slow
def test_leaps_of_the_numbers_cost_a_small_part_of_what_they_cost_aiortc() -> None:
    bounded, plain = _seconds(BoundedNacks(), 40), _seconds(NackGenerator(), 40)
    assert bounded < plain / 10


def _seconds(nacks: NackGenerator, leaps: int) -> float:
    began = time.process_time()
    for number in range(leaps):
        nacks.add(packet(number * 32_000))
    return time.process_time() - began


@pytest.mark.parametrize(("kind", "fits"), [(BoundedStatistics, True), (StreamStatistics, False)])
def test_timestamps_that_leap_to_and_fro_do_not_end_the_reports(
    kind: type[StreamStatistics], fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(aiortc.rtcrtpreceiver, "time", SimpleNamespace(time=lambda: now))
    statistics = kind(90_000)
    for number in range(400):
        now += 1 - number % 2  # a second before each leap back
        statistics.add(packet(number, number % 2 * 0xFFFFFFFF))
    report = RtcpReceiverInfo(7, 0, 0, 0, statistics.jitter, 0, 0)
    assert (statistics.jitter <= 0xFFFFFFFF) is fits
    if fits:
        bytes(report)


def test_no_more_waits_for_a_decoder_than_is_too_much() -> None:
    undecoded = Undecoded()
    for number in range(2 * MOST_UNDECODED):
        undecoded.put(number)
    assert undecoded.qsize() == MOST_UNDECODED + 1


@pytest.mark.parametrize(("kind", "before_the_end"), [(Undecoded, 0), (queue.Queue, 100)])
def test_only_a_bounded_queue_ends_at_once(kind: type["queue.Queue[object]"], before_the_end: int) -> None:
    undecoded = kind()
    for number in range(100):
        undecoded.put(number)
    undecoded.put(None)
    taken = [undecoded.get() for _ in range(undecoded.qsize())]
    assert (len(taken) - 1, taken[-1]) == (before_the_end, None)


def test_every_new_receiver_has_them() -> None:
    bound_reception()
    bound_reception()
    assert aiortc.rtcrtpreceiver.NackGenerator is BoundedNacks
    assert isinstance(vars(aiortc.rtcrtpreceiver)["queue"].Queue(), Undecoded)
