"""The wheel's Opus: it encodes, decodes, conceals, and brings a lost packet back out of the next; nothing breaks it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Unavailable, Untrusted
from kiosk.media.opus_library import MOST_PACKET_BYTES, MOST_SAMPLES, OpusEar, OpusVoice, has_copy, samples_in
from kiosk.media.sound_format import BLOCK_SAMPLES
from kiosk.media.tally import Samples
from tests.fakes.voice import spoken


def encoded(loss_percent: int, blocks: int = 50) -> tuple[Samples, list[bytes]]:
    voice, said = OpusVoice(40_000), spoken(blocks)
    voice.expect_loss(loss_percent)
    return said, [voice.encode(block) for block in said.reshape(-1, BLOCK_SAMPLES)]


def level(samples: Samples) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


def test_what_is_said_is_heard() -> None:
    said, packets = encoded(0)
    ear = OpusEar()
    heard = np.concatenate([ear.decode(packet) for packet in packets])
    assert heard.size == said.size
    assert 0.8 < level(heard) / level(said) < 1.2
    assert not any(has_copy(packet) for packet in packets)


def test_a_lost_packet_comes_back_out_of_the_next_better_than_it_is_guessed() -> None:
    _said, packets = encoded(20)
    whole, guessing, recovering = OpusEar(), OpusEar(), OpusEar()
    lost = next(at for at in range(10, 50) if has_copy(packets[at + 1]))
    for ear in (whole, guessing, recovering):
        for packet in packets[:lost]:
            ear.decode(packet)
    truth = whole.decode(packets[lost]).astype(np.float64)
    guess = guessing.conceal(BLOCK_SAMPLES) - truth
    copy = recovering.recover(packets[lost + 1], BLOCK_SAMPLES) - truth
    assert level(copy.astype(np.int16)) < level(guess.astype(np.int16))


def test_the_far_sides_losses_bring_copies() -> None:
    _said, packets = encoded(10)
    assert sum(has_copy(packet) for packet in packets) > 25


@pytest.mark.parametrize("payload", [b"", bytes(MOST_PACKET_BYTES + 1), b"\xff\x7f" + bytes(40)])
def test_what_is_no_packet_of_opus_is_refused(payload: bytes) -> None:
    with pytest.raises(Untrusted):
        samples_in(payload)


@given(st.binary(max_size=MOST_PACKET_BYTES + 10))
def test_any_bytes_are_sound_or_refused(payload: bytes) -> None:
    ear = OpusEar()
    try:
        assert ear.decode(payload).size == samples_in(payload) <= MOST_SAMPLES
        if has_copy(payload):
            ear.recover(payload, samples_in(payload))
    except Untrusted:
        pass
    assert ear.conceal(480).size == 480


def test_only_whole_blocks_are_encoded() -> None:
    with pytest.raises(Unavailable):
        OpusVoice(32_000).encode(np.zeros(100, np.int16))


@pytest.mark.parametrize("samples", [0, -480, MOST_SAMPLES + 480])
def test_no_more_is_made_up_than_a_packet_could_hold(samples: int) -> None:
    with pytest.raises(Untrusted):
        OpusEar().conceal(samples)
