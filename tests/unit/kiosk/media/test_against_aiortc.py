"""The same packets of the same voice, lost and late alike: how much is heard here, and how much by aiortc's own way."""

import random
from collections.abc import Callable

import pytest
from aiortc.codecs.opus import OpusDecoder
from aiortc.jitterbuffer import JitterBuffer
from aiortc.rtp import RtpPacket
from av import AudioFrame

from kiosk.media.opus_library import OpusVoice, has_copy, samples_in
from kiosk.media.received_sound import ReceivedSound
from kiosk.media.sound_format import BLOCK_SAMPLES, SAMPLE_RATE
from kiosk.media.sound_packets import SoundPacket
from tests.fakes.voice import spoken

BLOCKS = 250
Lost = Callable[[int], bool]


def encoded(loss: float) -> list[bytes]:
    voice = OpusVoice(40_000)
    voice.expect_loss(round(100 * loss))
    return [voice.encode(block) for block in spoken(BLOCKS).reshape(-1, BLOCK_SAMPLES)]


def heard_here(payloads: list[bytes], lost: Lost) -> float:
    now = [10.0]
    sound = ReceivedSound(lambda: now[0])
    for number, payload in enumerate(payloads):
        if not lost(number):
            packet = SoundPacket(
                1, number, number * BLOCK_SAMPLES, payload, samples_in(payload), has_copy=has_copy(payload)
            )
            sound.put(packet)
        sound.take(2 * BLOCK_SAMPLES)
        now[0] += 0.02
    return sound.tally.ms / 1000


def heard_by_aiortc(payloads: list[bytes], lost: Lost) -> float:
    waiting, decoder, samples = JitterBuffer(capacity=16, prefetch=4), OpusDecoder(), 0
    for number, payload in enumerate(payloads):
        if lost(number):
            continue
        packet = RtpPacket(sequence_number=number, timestamp=number * BLOCK_SAMPLES, payload=payload)
        packet._data = payload  # type: ignore[attr-defined]  # as its receiver does
        _ask, frame = waiting.add(packet)
        if frame is not None:
            samples += sum(part.samples for part in decoder.decode(frame) if isinstance(part, AudioFrame))
    return samples / SAMPLE_RATE


@pytest.mark.parametrize("loss", [0.1, 0.2, 0.3])
def test_more_of_a_voice_is_heard_than_by_aiortcs_own_way(loss: float) -> None:
    payloads = encoded(loss)
    chance = random.Random(5)
    chosen = [chance.random() < loss for _ in payloads]
    here = heard_here(payloads, chosen.__getitem__)
    there = heard_by_aiortc(payloads, chosen.__getitem__)
    assert here > (1 - loss / 2) * BLOCKS * 0.02 - 0.3
    assert here > 1.5 * there
