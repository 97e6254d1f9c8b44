"""The sent voice in Opus: mono, 20 ms, with copies of what the far side loses. Knows no connection and no device."""

from typing import Any, Final

import numpy as np
from aiortc import RTCRtpSender
from aiortc.codecs.base import Encoder
from aiortc.stats import RTCRemoteInboundRtpStreamStats
from av import AudioFrame
from av.frame import Frame
from av.packet import Packet

from kiosk.errors import Unavailable
from kiosk.media.opus_library import OpusVoice
from kiosk.media.tally import Samples

BITRATE: Final = 32_000
BITRATE_WITH_COPIES: Final = 40_000  # below this the copies cost the voice its highs
_FROM_PERCENT: Final = 2
_SLOWLY: Final = 0.3  # how fast the hint falls once the loss is over; it rises at once


class VoiceEncoder(Encoder):
    """What aiortc asks for each 20 ms. `far_side_lost` may come from another thread than `encode`."""

    def __init__(self) -> None:
        self._opus = OpusVoice(BITRATE)
        self._loss_percent = 0.0
        self._told_percent = 0

    def far_side_lost(self, fraction: float) -> None:
        """What share of our packets the far side reports as lost, 0 to 1."""
        percent = 100 * min(1.0, max(0.0, fraction))
        falling = self._loss_percent + _SLOWLY * (percent - self._loss_percent)
        self._loss_percent = max(percent, falling)

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """One packet and its place in time. Raises Unavailable for anything but a block of sound."""
        if not isinstance(frame, AudioFrame) or frame.pts is None:
            raise Unavailable("What should be sent as sound is none.")
        self._adapt()
        return [self._opus.encode(to_mono(frame))], frame.pts

    def pack(self, packet: "Packet[Any]") -> tuple[list[bytes], int]:
        """Nothing here sends sound that is already encoded."""
        raise Unavailable("Sound is encoded here only.")

    def _adapt(self) -> None:
        percent = round(self._loss_percent)
        if percent == self._told_percent:
            return
        self._told_percent = percent
        self._opus.expect_loss(percent)
        self._opus.aim_at(BITRATE_WITH_COPIES if percent >= _FROM_PERCENT else BITRATE)


def to_mono(frame: AudioFrame) -> Samples:
    """The mean of the channels of a packed 16-bit frame."""
    packed = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)
    if packed.shape[1] == 1:
        return np.ascontiguousarray(packed[:, 0])
    mono: Samples = packed.mean(axis=1, dtype=np.float32).astype(np.int16)
    return mono


def tell_loss(sender: RTCRtpSender) -> None:
    """Pass on to a sender's voice encoder what its far side last reported (RFC 3550, 6.4.1: of 256)."""
    encoder: Any = getattr(sender, "_RTCRtpSender__encoder", None)  # aiortc keeps it to itself
    if not isinstance(encoder, VoiceEncoder):
        return
    for report in getattr(sender, "_RTCRtpSender__stats").values():  # noqa: B009 - the name is mangled
        if isinstance(report, RTCRemoteInboundRtpStreamStats):
            encoder.far_side_lost(report.fractionLost / 256)
