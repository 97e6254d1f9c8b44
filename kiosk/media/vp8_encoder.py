"""aiortc's kind of encoder over one libvpx encoder that lives as long as the call. It is told what to aim at."""

import logging
import secrets
from typing import Any, Final

from aiortc.codecs.base import Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.mediastreams import VIDEO_TIME_BASE, convert_timebase
from av import Packet, VideoFrame
from av.frame import Frame

from kiosk.errors import Unavailable
from kiosk.media.ladder import LEAST_BPS, MOST_BPS, START_BPS
from kiosk.media.vpx_library import VpxLibrary, load_libvpx
from kiosk.media.vpx_session import CLOCK, VpxSession, VpxSettings

log = logging.getLogger(__name__)

LARGEST: Final = (1280, 720)  # what it is opened for; a larger picture opens it anew, once
_PICTURE_IDS: Final = 1 << 15  # RFC 7741, 4.2


class SteadyVp8Encoder(Encoder):
    """One encoder for a whole call: a new bit rate costs nothing, a new size one key frame (VP8 has no other way)."""

    def __init__(self, library: VpxLibrary, settings: VpxSettings | None = None) -> None:
        self._library, self._settings = library, settings or VpxSettings()
        self._target = START_BPS
        self._session = VpxSession(library, *LARGEST, self._target // 1000, self._settings)
        self._largest = LARGEST
        self._picture_id = secrets.randbelow(_PICTURE_IDS)
        self._last = -1

    @property
    def target_bitrate(self) -> int:
        """What it aims at, in bit/s, within the ladder's bounds. aiortc sets it where a far side says REMB."""
        return self._target

    @target_bitrate.setter
    def target_bitrate(self, bitrate: int) -> None:
        self._target = max(LEAST_BPS, min(bitrate, MOST_BPS))

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        """Its packets, none where the encoder leaves it out, and its time on RTP's clock. Raises Unavailable."""
        assert isinstance(frame, VideoFrame)
        if frame.format.name != "yuv420p":
            frame = frame.reformat(format="yuv420p")
        assert frame.pts is not None
        assert frame.time_base is not None
        session = self._ready_for(frame.width, frame.height)
        timestamp = convert_timebase(frame.pts, frame.time_base, VIDEO_TIME_BASE)
        pts = max(timestamp, self._last + 1)  # libvpx ends over a time that does not go on
        duration = min(max(pts - self._last, 1), CLOCK) if self._last >= 0 else CLOCK // 30
        self._last = pts
        encoded = session.encode(frame, pts, duration, key=force_keyframe)
        if encoded is None:
            return [], timestamp
        return self._packets(encoded), timestamp

    def pack(self, packet: "Packet[Any]") -> tuple[list[bytes], int]:
        """The packets of what is encoded already; the kiosk sends no such thing."""
        assert packet.pts is not None
        return self._packets(bytes(packet)), convert_timebase(packet.pts, packet.time_base, VIDEO_TIME_BASE)

    def _ready_for(self, width: int, height: int) -> VpxSession:
        kbps = self._target // 1000
        if width > self._largest[0] or height > self._largest[1]:
            self._largest = max(width, self._largest[0]), max(height, self._largest[1])
            self._session.close()
            self._session = VpxSession(self._library, *self._largest, kbps, self._settings)
        self._session.steer(width, height, kbps)
        return self._session

    def _packets(self, data: bytes) -> list[bytes]:
        payloads = Vp8Encoder._packetize(data, self._picture_id)
        self._picture_id = (self._picture_id + 1) % _PICTURE_IDS
        return payloads


def steady_encoder() -> Encoder:
    """The encoder for a call: ours, or aiortc's where the libvpx here is not the one that this program knows."""
    try:
        return SteadyVp8Encoder(load_libvpx())
    except Unavailable as error:
        log.warning("pictures are sent by aiortc's own encoder: %s", error)
        return Vp8Encoder()
