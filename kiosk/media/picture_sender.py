"""Sends the picture: asks the ladder before each one, scales and encodes it off the loop, hears what comes back.

It takes the place of aiortc's sender, which can do none of this, for our own picture only. It keeps no picture.
"""

import asyncio
import logging
import time
from typing import Final

import aiortc.rtcpeerconnection
from aiortc import RTCRtpSender
from aiortc.codecs.base import Encoder
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpsender import RTCEncodedFrame
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTP_HISTORY_SIZE,
    AnyRtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpSrPacket,
    unpack_remb_fci,
)
from av import VideoFrame

from kiosk.errors import Unavailable
from kiosk.media.arrived_bits import Arrivals
from kiosk.media.key_requests import KeyRequests
from kiosk.media.ladder import START_BPS, Rung
from kiosk.media.lending import Lent
from kiosk.media.picture_control import PictureControl
from kiosk.media.report_pool import ReportPool
from kiosk.media.resending import Resending
from kiosk.media.shrink import Shrink
from kiosk.media.steady_time import steady_time
from kiosk.media.thinning import Thinning
from kiosk.media.tracks import PictureTrack
from kiosk.media.vp8_encoder import steady_encoder

log = logging.getLogger(__name__)

_ASKS_FOR_KEY: Final = (RTCP_PSFB_FIR, RTCP_PSFB_PLI)


class PictureSender(RTCRtpSender):
    """aiortc's sender, with a ladder where it sends a PictureTrack."""

    _ours: "Outflow | None" = None

    async def _next_encoded_frame(self, codec: RTCRtpCodecParameters) -> RTCEncodedFrame | None:
        pictures = self.track.source if isinstance(self.track, Lent) else self.track
        if not isinstance(pictures, PictureTrack) or codec.mimeType.lower() != "video/vp8":
            return await super()._next_encoded_frame(codec)
        if self._ours is None:
            self._ours = Outflow(self.track, pictures, steady_encoder())
        return await self._ours.next()

    async def _handle_rtcp_packet(self, packet: AnyRtcpPacket) -> None:
        if self._ours is None:
            await super()._handle_rtcp_packet(packet)
        elif isinstance(packet, RtcpPsfbPacket):
            self._feedback(self._ours, packet)
        else:
            await super()._handle_rtcp_packet(packet)
            if isinstance(packet, RtcpRrPacket | RtcpSrPacket):
                for report in (r for r in packet.reports if r.ssrc == self._ssrc):
                    self._ours.report(report.fraction_lost / 256, self._rtt_ms(report), report.highest_sequence)

    async def _retransmit(self, sequence_number: int) -> None:
        if self._ours is not None:
            size = self._kept(sequence_number)
            if size is None or not self._ours.may_send_again(sequence_number, size):
                return
        await super()._retransmit(sequence_number)

    def _kept(self, number: int) -> int | None:
        """How large the packet of that number is, if it is still kept."""
        packet = getattr(self, "_RTCRtpSender__rtp_history").get(number % RTP_HISTORY_SIZE)  # noqa: B009 - to mypy
        return len(packet.payload) if packet is not None and packet.sequence_number == number else None

    def _feedback(self, ours: "Outflow", packet: RtcpPsfbPacket) -> None:
        if packet.fmt in _ASKS_FOR_KEY:
            ours.ask_for_key()
        elif packet.fmt == RTCP_PSFB_APP:
            try:
                bps, sources = unpack_remb_fci(packet.fci)
            except ValueError:
                return
            if self._ssrc in sources:
                ours.remb(bps)

    def _rtt_ms(self, report: RtcpReceiverInfo) -> float | None:
        """The time there and back of this one report (RFC 3550, 6.4.1); aiortc gives a smoothed one.

        `lsr_time` is of the clock that `steady_aiortc` gave aiortc.
        """
        last, sent_at = (getattr(self, f"_RTCRtpSender__{name}") for name in ("lsr", "lsr_time"))
        if report.dlsr == 0 or report.lsr != last or sent_at is None:
            return None
        return max(0.0, 1000 * (steady_time() - float(sent_at) - report.dlsr / 65_536))


class Outflow:
    """What one connection sends of the picture: `track` is that connection's share of it."""

    def __init__(self, track: MediaStreamTrack, pictures: PictureTrack, encoder: Encoder) -> None:
        self._track, self._pictures, self._encoder = track, pictures, encoder
        self._control = PictureControl(pictures.ladder, time.monotonic())
        self._arrivals = Arrivals()
        self._reports = ReportPool()
        self._keys = KeyRequests()
        self._resending = Resending()
        self._bps = START_BPS
        self._thinning = Thinning()
        self._shrink = Shrink()
        self._size = (0, 0)
        self._rtt_ms: float | None = None

    async def next(self) -> RTCEncodedFrame | None:
        """The next picture's packets; None where this one is not sent. Raises MediaStreamError at the track's end."""
        frame = await self._track.recv()
        if not isinstance(frame, VideoFrame):
            return None
        now = time.monotonic()
        plan = self._pictures.plan = self._control.plan(now)
        self._bps = plan.bps
        if plan.rung is None or not self._thinning.passes(now, plan.rung.per_second):
            return None
        left = plan.bps - self._resending.bps(now)  # what is sent again is sent instead of something new
        return await self._sent(frame, plan.rung, max(left, plan.bps // 2))

    async def _sent(self, frame: VideoFrame, rung: Rung, bps: int) -> RTCEncodedFrame | None:
        loop = asyncio.get_running_loop()
        key = self._keys.take(time.monotonic())
        payloads, timestamp = await loop.run_in_executor(None, self._encode, frame, rung, bps, key)
        self._pictures.encoded(*self._size)
        if not payloads:
            return None
        size = sum(map(len, payloads))
        self._control.encoded(size, time.monotonic())
        self._arrivals.sent(size, len(payloads))
        return RTCEncodedFrame(payloads, timestamp, None)  # type: ignore[arg-type]  # a picture has no level

    def report(self, lost: float, rtt_ms: float | None, highest: int) -> None:
        """A receiver report; `highest` is the last sequence number that arrived."""
        now = time.monotonic()
        self._rtt_ms = rtt_ms if rtt_ms is not None else self._rtt_ms
        if (pooled := self._reports.add(lost, rtt_ms, highest, now)) is not None:
            arrived_bps = self._arrivals.bps(pooled.highest, pooled.lost, now)
            if arrived_bps is not None:
                arrived_bps += (1 - pooled.lost) * self._resending.bps(now)
            self._control.report(pooled.lost, pooled.rtt_ms, now, arrived_bps, pooled.packets)

    def remb(self, bps: int) -> None:
        """The far side's estimate."""
        self._control.remb(bps, time.monotonic())

    def may_send_again(self, number: int, size: int) -> bool:
        """Whether a packet of so many bytes that the far side has not got is sent again."""
        now = time.monotonic()
        may = self._resending.may(number, size, self._bps, self._rtt_ms, now)
        if may:
            self._control.sent(size, now)
        return may

    def ask_for_key(self) -> None:
        """The far side can show nothing until it has a key frame."""
        self._keys.ask(self._rtt_ms, time.monotonic())

    def _encode(self, frame: VideoFrame, rung: Rung, bps: int, key: bool) -> tuple[list[bytes], int]:
        small = self._shrink.to(frame, rung.width, rung.height)
        if (small.width, small.height) != self._size:
            self._size = small.width, small.height
            self._keys.was_sent(time.monotonic())
        setattr(self._encoder, "target_bitrate", bps)  # noqa: B010 - aiortc's Encoder does not declare it
        try:
            return self._encoder.encode(small, key)
        except Unavailable as error:
            log.warning("pictures are sent by aiortc's own encoder: %s", error)
            self._encoder = Vp8Encoder()
            return self._encoder.encode(small, key)


def steer_pictures() -> None:
    """Have every new connection use it. Safe twice. Can go once aiortc's sender can be steered."""
    setattr(aiortc.rtcpeerconnection, "RTCRtpSender", PictureSender)  # noqa: B010 - the name is aiortc's own import
