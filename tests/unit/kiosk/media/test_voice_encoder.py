"""The sent voice: mono, its copies follow what the far side lost, and aiortc asks ours for it."""

from fractions import Fraction

import numpy as np
import pytest
from aiortc.codecs import CODECS
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av import AudioFrame, VideoFrame

from kiosk.errors import Unavailable
from kiosk.media.codecs import level_db, our_encoder, use_our_encoders
from kiosk.media.opus_library import has_copy
from kiosk.media.voice_encoder import VoiceEncoder
from tests.fakes.voice import BLOCK, RATE, spoken


def frames(blocks: int, layout: str = "mono") -> list[AudioFrame]:
    made = []
    for at, block in enumerate(spoken(blocks).reshape(-1, BLOCK)):
        ears = np.repeat(block, 2 if layout == "stereo" else 1).reshape(1, -1)
        frame = AudioFrame.from_ndarray(ears, format="s16", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, at * BLOCK, Fraction(1, RATE)
        made.append(frame)
    return made


def copies(encoder: VoiceEncoder) -> int:
    return sum(has_copy(encoder.encode(frame)[0][0]) for frame in frames(50))


@pytest.mark.parametrize("layout", ["mono", "stereo"])
def test_each_block_is_one_packet_at_its_place(layout: str) -> None:
    encoder = VoiceEncoder()
    made = [encoder.encode(frame) for frame in frames(10, layout)]
    assert [time for _packets, time in made] == [at * BLOCK for at in range(10)]
    assert all(len(packets) == 1 and len(packets[0]) < 200 for packets, _time in made)


def test_copies_come_with_loss_at_once_and_go_slowly() -> None:
    encoder = VoiceEncoder()
    assert copies(encoder) <= 1  # of what was said before
    encoder.far_side_lost(0.1)
    assert copies(encoder) > 25
    encoder.far_side_lost(0.0)
    assert copies(encoder) > 25
    for _report in range(20):
        encoder.far_side_lost(0.0)
    assert copies(encoder) <= 1  # of what was said before


@pytest.mark.parametrize("fraction", [-1.0, 7.0])
def test_a_report_that_cannot_be_breaks_nothing(fraction: float) -> None:
    encoder = VoiceEncoder()
    encoder.far_side_lost(fraction)
    assert copies(encoder) >= 0


def test_what_is_no_sound_is_refused() -> None:
    with pytest.raises(Unavailable):
        VoiceEncoder().encode(VideoFrame(16, 16))


def test_aiortc_gets_our_encoder_for_a_voice_and_its_own_for_a_picture() -> None:
    voice = RTCRtpCodecParameters(mimeType="audio/opus", clockRate=48_000, channels=2)
    assert isinstance(our_encoder(voice), VoiceEncoder)
    assert isinstance(our_encoder(RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000)), Vp8Encoder)


def test_our_offers_ask_for_copies() -> None:
    use_our_encoders()
    (opus,) = [codec for codec in CODECS["audio"] if codec.mimeType == "audio/opus"]
    assert opus.parameters["useinbandfec"] == 1


def test_the_level_of_a_frame_is_that_below_full_scale() -> None:
    for value, level in ((32_767, 0), (3_277, -20), (0, -127)):
        samples = np.full((1, BLOCK), value, np.int16)
        assert level_db(AudioFrame.from_ndarray(samples, format="s16", layout="mono")) == level
