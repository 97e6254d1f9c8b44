"""Which encoders this program puts in the place of aiortc's, and what its offers say of them. Encodes nothing."""

from collections.abc import Callable
from typing import Final

import aiortc.codecs
import aiortc.rtcrtpsender
import aiortc.rtp
import numpy as np
from aiortc.codecs.base import Encoder
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av import AudioFrame

from kiosk.media.sound_format import FULL_SCALE
from kiosk.media.voice_encoder import VoiceEncoder

_aiortcs_own = aiortc.codecs.get_encoder
_OURS: Final[dict[str, Callable[[], Encoder]]] = {"audio/opus": VoiceEncoder}
_QUIETEST_DB: Final = -127  # RFC 6464, 3


def our_encoder(codec: RTCRtpCodecParameters) -> Encoder:
    """Ours where there is one, else aiortc's."""
    ours = _OURS.get(codec.mimeType.lower())
    return _aiortcs_own(codec) if ours is None else ours()


def level_db(frame: AudioFrame) -> int:
    """The level of a packed 16-bit frame below full scale, as packets name it (RFC 6464); aiortc's is a slow loop."""
    samples = frame.to_ndarray().astype(np.float32)
    mean = float(np.mean(samples * samples)) / FULL_SCALE**2
    return max(_QUIETEST_DB, round(10 * float(np.log10(mean)))) if mean > 0 else _QUIETEST_DB


def use_our_encoders() -> None:
    """Have aiortc use them, and offer to take copies of lost packets inside the next (RFC 7587, 6.1). Safe twice.

    Without those words a browser sends none. Can go once aiortc lets its user choose.
    """
    setattr(aiortc.rtcrtpsender, "get_encoder", our_encoder)  # noqa: B010 - the name is aiortc's own import
    setattr(aiortc.rtp, "compute_audio_level_dbov", level_db)  # noqa: B010 - a function is no variable to mypy
    for codec in aiortc.codecs.CODECS["audio"]:
        if codec.mimeType == "audio/opus":
            codec.parameters = {"minptime": 10, "useinbandfec": 1}
