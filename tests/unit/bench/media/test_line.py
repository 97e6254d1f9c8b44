"""The emulated network, without a network."""

import pytest

from bench.media.conditions import CONDITIONS
from bench.media.line import HEADERS, Condition, Line

PACKET = 1200


def fates(condition: Condition, seed: str = "1", count: int = 5000, every_s: float = 0.01) -> list[float | None]:
    line = Line(condition, seed)
    sent = [number * every_s for number in range(count)]
    return [None if (out := line.send(at, PACKET)) is None else out - at for at in sent]


def test_a_clean_line_carries_all_at_once() -> None:
    assert set(fates(Condition("clean"))) == {0.0}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda condition: condition.name)
def test_the_same_seed_gives_every_packet_the_same_fate(condition: Condition) -> None:
    assert fates(condition, "7 up") == fates(condition, "7 up")


def test_another_seed_gives_other_fates() -> None:
    condition = Condition("lossy", loss_percent=10)
    assert fates(condition, "1") != fates(condition, "2")


def test_both_directions_of_a_seed_differ() -> None:
    condition = Condition("lossy", loss_percent=10)
    assert fates(condition, "1 up") != fates(condition, "1 down")


@pytest.mark.parametrize("percent", [2, 5, 10, 20])
@pytest.mark.parametrize("burst", [1, 4])
def test_in_the_long_run_the_share_that_is_lost_is_as_asked(percent: float, burst: float) -> None:
    found = fates(Condition("lossy", loss_percent=percent, burst=burst), count=60_000)
    assert 100 * found.count(None) / len(found) == pytest.approx(percent, rel=0.1)


def test_bursts_are_as_long_as_asked_on_average() -> None:
    found = [fate is None for fate in fates(Condition("bursts", loss_percent=10, burst=4), count=60_000)]
    begins = sum(here and not before for before, here in zip([False, *found], found, strict=False))
    assert sum(found) / begins == pytest.approx(4, rel=0.1)


def test_a_bottleneck_lets_no_more_through_than_it_has() -> None:
    line, seconds = Line(Condition("narrow", kbps=500), "1"), 20
    sent = [number * 0.01 for number in range(100 * seconds)]  # about twice as much
    through = [out for at in sent if (out := line.send(at, PACKET)) is not None and out <= seconds]
    assert 8 * (PACKET + HEADERS) * len(through) / seconds == pytest.approx(500_000, rel=0.02)


def test_a_full_queue_drops_and_makes_nobody_wait_longer_than_it_is() -> None:
    found = fates(Condition("narrow", kbps=500, queue_ms=200))
    one = 8 * (PACKET + HEADERS) / 500_000
    waited = [fate for fate in found if fate is not None]
    assert None in found
    assert max(waited) <= 0.2 + one + 1e-9


def test_an_idle_bottleneck_delays_a_packet_by_its_own_length_only() -> None:
    assert Line(Condition("narrow", kbps=1000), "1").send(5.0, 97) == pytest.approx(5.001)


def test_jitter_stays_within_its_bounds_and_never_puts_packets_out_of_order() -> None:
    line = Line(Condition("far", delay_ms=100, jitter_ms=50), "1")
    sent = [number * 0.02 for number in range(5000)]
    out = [line.send(at, PACKET) for at in sent]
    times = [at for at in out if at is not None]
    assert times == sorted(times)
    assert all(0.05 - 1e-9 <= there - at <= 0.15 + 1e-9 for at, there in zip(sent, times, strict=True))


def test_nothing_comes_through_a_cut_and_all_is_as_before_when_it_is_mended() -> None:
    line = Line(Condition("cut"), "1")
    line.cut = True
    assert line.send(1.0, PACKET) is None
    line.cut = False
    assert line.send(2.0, PACKET) == 2.0


def test_what_happened_is_counted() -> None:
    line = Line(Condition("both", kbps=500, loss_percent=10), "1")
    for number in range(2000):
        line.send(number * 0.01, PACKET)
    assert line.carried + line.lost + line.overflowed == 2000
    assert min(line.carried, line.lost, line.overflowed) > 0
