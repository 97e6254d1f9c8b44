"""Packets of sound reach the track of their receiver as they came; what is none is dropped; nothing is decoded."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import RTCRtpReceiver
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtpPacket

from kiosk.media.opus_library import MOST_PACKET_BYTES, OpusVoice
from kiosk.media.sound_handover import hand_over
from kiosk.media.sound_packets import SoundPacket
from tests.fakes.voice import spoken


@pytest.fixture
def receiver() -> Any:
    transport: Any = SimpleNamespace(state="new")
    receiver = RTCRtpReceiver("audio", transport)
    receiver._track = RemoteStreamTrack("audio")
    hand_over(receiver)
    return receiver


def add(receiver: Any, payload: bytes) -> None:
    packet = RtpPacket(sequence_number=65_535, timestamp=960, ssrc=7, payload=payload)
    assert receiver._RTCRtpReceiver__jitter_buffer.add(packet) == (False, None)


async def test_a_packet_is_handed_on_as_it_came(receiver: Any) -> None:
    payload = OpusVoice(32_000).encode(spoken(1))
    add(receiver, payload)
    assert await receiver.track.recv() == SoundPacket(7, 65_535, 960, payload, 960, has_copy=False)


@pytest.mark.parametrize("payload", [b"", b"\xff\x7f" + bytes(20), bytes(MOST_PACKET_BYTES + 1)])
async def test_what_is_no_sound_goes_nowhere(receiver: Any, payload: bytes) -> None:
    add(receiver, payload)
    assert receiver.track._queue.empty()


async def test_before_there_is_a_track_nothing_is_kept(receiver: Any) -> None:
    track, receiver._track = receiver.track, None
    add(receiver, OpusVoice(32_000).encode(spoken(1)))
    assert track._queue.empty()
