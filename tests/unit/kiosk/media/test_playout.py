"""Received sound over every kind of bad network: what is concealed, how long it waits, and that neither ever grows."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.media.arrivals import MOST
from kiosk.media.playout import PORTION, Playout
from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.sound_packets import MOST_WAITING, SoundPacket
from tests.fakes.sound_scene import FRAME, FakeEar, Scene, concealed_share, in_bursts, losing, steady, wandering

MS = SAMPLE_RATE // 1000
SEED = 11


def test_on_a_clean_line_everything_is_heard_and_waits_no_longer_than_it_must() -> None:
    scene = Scene(steady())
    heard = scene.run()
    assert heard.concealed == 0
    assert scene.real == heard.real > 29.8 * SAMPLE_RATE
    assert max(scene.delays_ms[5:]) < 40


@pytest.mark.parametrize("loss", [0.02, 0.05, 0.1, 0.2, 0.3])
def test_lost_packets_are_concealed_and_nothing_else(loss: float) -> None:
    heard = Scene(losing(loss, SEED)).run()
    assert abs(concealed_share(heard) - loss) < 0.03
    assert heard.late == 0


@pytest.mark.parametrize(("loss", "most"), [(0.02, 0.005), (0.05, 0.01), (0.1, 0.02), (0.2, 0.06), (0.3, 0.12)])
def test_with_copies_in_the_next_packet_only_losses_in_a_row_are_concealed(loss: float, most: float) -> None:
    scene = Scene(losing(loss, SEED), has_copies=True)
    heard = scene.run()
    assert concealed_share(heard) < most
    assert heard.recovered > 0
    assert max(scene.delays_ms[5:]) < 60


def test_losses_in_bursts_are_concealed_without_more_delay() -> None:
    scene = Scene(in_bursts(0.1, 4, SEED), has_copies=True)
    heard = scene.run()
    assert concealed_share(heard) < 0.12
    assert max(scene.delays_ms[5:]) < 60


def test_sound_waits_for_the_late_as_long_as_the_network_is_uneven() -> None:
    scene = Scene(wandering(0.1, 0.05, SEED), seconds=60)
    heard = scene.run()
    assert concealed_share(heard) < 0.01
    assert 80 < np.median(scene.delays_ms) < 130


def test_a_network_that_delivers_in_clumps_is_waited_for() -> None:
    scene = Scene(lambda number: 0.03 + (4 - number % 5) * 0.02, seconds=15)
    assert concealed_share(scene.run()) < 0.02
    assert 90 < np.median(scene.delays_ms) < 130


def test_what_piled_up_before_the_call_began_is_left_out_and_forgotten() -> None:
    scene = Scene(lambda number: 0.03 + max(0.0, 1.0 - number * 0.02), seconds=10)
    assert scene.run().concealed == 0
    assert max(scene.delays_ms[20:]) < 40


def test_a_little_unevenness_costs_a_little_delay() -> None:
    scene = Scene(wandering(0.03, 0.01, SEED))
    assert concealed_share(scene.run()) < 0.005
    assert np.median(scene.delays_ms) < 50


def test_the_wait_shrinks_again_once_the_network_is_even() -> None:
    uneven, even = wandering(0.1, 0.06, SEED), steady(0.1)
    scene = Scene(lambda number: uneven(number) if number < 500 else even(number), seconds=40)
    scene.run()
    assert np.median(scene.delays_ms[50:100]) > 80
    assert scene.delays_ms[-1] < 50


def test_what_comes_late_in_one_go_is_still_heard_and_the_delay_is_worked_off() -> None:
    def held_up(number: int) -> float:
        return 0.03 + (0.02 * (512 - number) if 500 <= number < 512 else 0.0)

    scene = Scene(held_up, seconds=20)
    heard = scene.run()
    assert heard.late == 0
    assert heard.skipped == 0
    assert scene.real > 19.8 * SAMPLE_RATE
    assert max(scene.delays_ms) > 150
    assert scene.delays_ms[-1] < 40
    assert heard.shortened > 100 * MS


def test_seconds_held_up_are_left_out_rather_than_kept_behind() -> None:
    scene = Scene(lambda number: 0.03 + (0.02 * (750 - number) if 500 <= number < 750 else 0.0))
    scene.run()
    assert max(scene.delays_ms) <= MOST / MS + 50
    assert scene.delays_ms[-1] < 50


@pytest.mark.parametrize("longer_s", [0.1, 0.8, 3.0])
def test_another_way_through_the_network_is_followed(longer_s: float) -> None:
    scene = Scene(lambda number: 0.03 if number < 500 else 0.03 + longer_s)
    heard = scene.run()
    assert concealed_share(heard) < 0.12
    assert scene.delays_ms[-1] < 60


def test_a_shorter_way_is_followed_without_a_gap() -> None:
    scene = Scene(lambda number: 0.2 if number < 500 else 0.03)
    heard = scene.run()
    assert concealed_share(heard) < 0.001
    assert scene.delays_ms[-1] < 60


@pytest.mark.parametrize("ppm", [-300, 300])
def test_clocks_that_drift_apart_are_followed(ppm: float) -> None:
    scene = Scene(steady(), seconds=60, fast_ppm=ppm)
    heard = scene.run()
    assert concealed_share(heard) < 0.0005
    assert heard.skipped == 0
    assert max(scene.delays_ms[5:]) < 45
    stretched = (heard.shortened - heard.lengthened) / SAMPLE_RATE
    assert abs(stretched - ppm / 1e6 * 60) < 0.03


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_over_an_hour_a_clocks_drift_never_adds_up() -> None:
    scene = Scene(steady(), seconds=3_600, fast_ppm=300, frame=3 * FRAME)
    heard = scene.run()
    assert concealed_share(heard) < 0.0005
    assert max(scene.delays_ms[5:]) < 45
    minutes = [np.median(scene.delays_ms[at : at + 600]) for at in range(600, len(scene.delays_ms), 600)]
    assert max(minutes) - min(minutes) < 10


def test_packets_that_come_twice_are_heard_once() -> None:
    scene = Scene(steady(), seconds=10, twice=True)
    heard = scene.run()
    assert (heard.concealed, heard.late) == (0, 0)
    assert scene.real <= 10 * SAMPLE_RATE


def test_after_a_cut_of_5_s_sound_is_back_at_once_and_as_it_was() -> None:
    scene = Scene(lambda number: None if 500 <= number < 750 else 0.03)
    heard = scene.run()
    assert 4.9 < heard.concealed / SAMPLE_RATE < 5.1
    assert scene.delays_ms[-1] < 40


def test_announced_silence_is_not_concealed_sound() -> None:
    scene = Scene(steady(), size=lambda n: 2 if n >= 300 else 40, silent=lambda n: n > 300 and n % 20 != 0)
    heard = scene.run()
    assert heard.concealed == 0
    assert scene.delays_ms[-1] < 60


@pytest.mark.parametrize("leap_s", [100, -100, 30_000])
def test_a_clock_that_leaps_is_followed_after_two_packets(leap_s: int) -> None:
    scene = Scene(steady(), seconds=20, leap=lambda number: 0 if number < 500 else leap_s * SAMPLE_RATE)
    scene.run()
    assert scene.real > 19.8 * SAMPLE_RATE
    assert scene.delays_ms[-1] < 60


def test_a_sender_that_begins_again_is_followed() -> None:
    scene = Scene(
        steady(), seconds=20, source=lambda n: 7 if n < 500 else 8, leap=lambda n: 0 if n < 500 else 123_456_789
    )
    scene.run()
    assert scene.real > 19.8 * SAMPLE_RATE


def test_of_two_that_send_at_once_only_the_newer_is_heard() -> None:
    scene = Scene(steady(), seconds=10, source=lambda n: 7 if n < 100 else 7 + n // 2 % 2, has_copies=True)
    heard = scene.run()
    assert 3 * SAMPLE_RATE < scene.real < 8 * SAMPLE_RATE
    assert heard.skipped == 0


def test_a_source_that_was_left_is_heard_again_once_the_other_is_silent() -> None:
    scene = Scene(steady(), seconds=20, source=lambda n: 8 if 200 <= n < 300 else 7, silent=lambda n: 300 <= n < 350)
    scene.run()
    assert scene.real > 18.5 * SAMPLE_RATE


def test_a_stray_packet_changes_nothing() -> None:
    scene = Scene(steady(), seconds=10, leap=lambda number: 10**9 if number % 50 == 49 else 0)
    heard = scene.run()
    assert concealed_share(heard) < 0.03
    assert max(scene.delays_ms[5:]) < 40


def test_concealed_sound_fades_to_silence_in_a_long_gap() -> None:
    playout = Playout(FakeEar(), lambda _samples: None)
    playout.put(packet(0), 0.0)
    portions = [playout.take(0.05 + number * 0.01) for number in range(40)]
    assert int(np.abs(portions[2]).max()) > 0
    assert not np.concatenate(portions[28:]).any()


def test_before_the_first_packet_there_is_silence() -> None:
    playout = Playout(FakeEar(), lambda _samples: None)
    assert not playout.take(1.0).any()
    assert concealed_share(playout.heard) == 0


def packet(number: int, source: int = 7) -> SoundPacket:
    return SoundPacket(source, number % 65_536, number * FRAME % (1 << 32), bytes(40), FRAME, has_copy=False)


ANYTHING = st.builds(
    SoundPacket,
    source=st.integers(0, 3),
    sequence=st.integers(0, 65_535),
    timestamp=st.integers(0, (1 << 32) - 1) | st.integers(0, 100_000),
    payload=st.just(bytes(40)),
    samples=st.sampled_from([120, 480, 960, 2880, 5760]),
    has_copy=st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(ANYTHING, st.integers(0, 5), st.floats(0, 0.5)), max_size=120))
def test_whatever_comes_the_loudspeaker_gets_exactly_what_it_asks_for(
    steps: list[tuple[SoundPacket, int, float]],
) -> None:
    playout, now = Playout(FakeEar(), lambda _samples: None), 10.0
    for untrusted, portions, pause in steps:
        now += pause
        playout.put(untrusted, now)
        assert len(playout._shelf) <= MOST_WAITING
        for _portion in range(portions):
            assert playout.take(now).size == PORTION
        assert playout._ready.size < SAMPLE_RATE // 4
    heard = playout.heard
    assert all(count >= 0 for count in (heard.real, heard.concealed, heard.recovered, heard.late, heard.skipped))


@settings(max_examples=10, deadline=None)
@given(st.floats(0, 0.3), st.floats(0, 0.15), st.integers(0, 1000), st.booleans())
def test_on_any_network_the_delay_stays_bounded_and_sound_goes_on(
    loss: float, jitter_s: float, seed: int, has_copies: bool
) -> None:
    lost, late = losing(loss, seed), wandering(0.15, jitter_s, seed)
    scene = Scene(lambda n: None if lost(n) is None else late(n), seconds=8, has_copies=has_copies)
    heard = scene.run()
    assert max(scene.delays_ms) < 1000 * (2 * jitter_s) + 100
    assert concealed_share(heard) < loss + 0.12
    assert all(later.real >= earlier.real for earlier, later in pairwise(scene.heard))
