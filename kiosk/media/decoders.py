"""Looks at what arrives before it is decoded: nothing larger than a call needs gets to a decoder. Decodes nothing.

A decoder allocates whatever size the first bytes of a picture name, and ten hostile bytes can name a gigabyte.
"""

import struct
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import aiortc.rtcrtpreceiver
from aiortc.codecs import get_decoder
from aiortc.codecs.base import Decoder
from aiortc.jitterbuffer import JitterFrame
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from av import FFmpegError

from kiosk.media.vp8_decoder import SOFTWARE, Vp8Decoder

MOST_PIXELS: Final = 1920 * 1080  # the visitor's page asks for 1280x720
_START: Final = b"\x9d\x01\x2a"  # RFC 6386, 9.1: what a key frame starts with, before its width and height
_SIZE: Final = struct.Struct("<HH")


@dataclass(frozen=True)
class Refusal:
    """In the place of a picture or of sound: why there will be none."""

    why: str


class GuardedDecoder(Decoder):
    """A decoder that refuses what is too large, and outlives whatever breaks in the one that it guards."""

    def __init__(self, inner: Decoder, *, is_vp8: bool) -> None:
        self._inner, self._is_vp8 = inner, is_vp8

    def decode(self, encoded_frame: JitterFrame) -> list[Any]:
        """What the decoder makes of it, or a Refusal, which travels on in its place and ends the session.

        Raises FFmpegError for one broken picture: aiortc asks for another.
        """
        width, height = vp8_size(encoded_frame.data) if self._is_vp8 else (0, 0)
        if width * height > MOST_PIXELS:
            return [Refusal(f"a picture of {width}x{height}")]
        try:
            return list(self._inner.decode(encoded_frame))
        except FFmpegError:
            raise
        except Exception as error:  # it would end the decoder's thread unseen, and what arrives would pile up
            return [Refusal(f"what arrives cannot be decoded: {type(error).__name__}")]


def guarded_decoder(codec: RTCRtpCodecParameters, vp8: str = SOFTWARE) -> Decoder:
    """FFmpeg's decoder of the name `vp8` for pictures, what aiortc would use for the rest; guarded."""
    is_vp8 = codec.mimeType.lower() == "video/vp8"
    return GuardedDecoder(Vp8Decoder(vp8) if is_vp8 else get_decoder(codec), is_vp8=is_vp8)


def guard_decoders(vp8: str = SOFTWARE) -> None:
    """Have aiortc use guarded decoders only. Safe twice. Can go once aiortc lets its user bound a picture's size."""
    guarded = partial(guarded_decoder, vp8=vp8)
    setattr(aiortc.rtcrtpreceiver, "get_decoder", guarded)  # noqa: B010 - the name is aiortc's own import


def vp8_size(data: bytes) -> tuple[int, int]:
    """Width and height that a VP8 key frame names; 0x0 for any other frame, which has the size of the one before."""
    is_key = len(data) >= 10 and not data[0] & 1 and data[3:6] == _START
    if not is_key:
        return 0, 0
    width, height = _SIZE.unpack_from(data, 6)
    return width & 0x3FFF, height & 0x3FFF
