"""What the picture's sender makes of what comes back to it; the line under it is a list."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import aiortc.rtcpeerconnection
import aiortc.rtcrtpsender
import pytest
from aiortc import RTCDtlsTransport, RTCRtpSender
from aiortc.codecs.base import Encoder
from aiortc.mediastreams import AudioStreamTrack
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import (
    RTCP_PSFB_APP,
    RTCP_PSFB_FIR,
    RTCP_PSFB_PLI,
    RTCP_RTPFB_NACK,
    RTP_HISTORY_SIZE,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtpPacket,
    pack_remb_fci,
)
from av import Packet, VideoFrame
from av.frame import Frame

from kiosk.errors import Unavailable
from kiosk.media import picture_sender, steady_time
from kiosk.media.ladder import SIGNING, START_BPS
from kiosk.media.picture_sender import PictureSender, steer_pictures
from kiosk.media.steady_time import steady_aiortc
from kiosk.media.tally import PictureTally
from kiosk.media.tracks import PictureTrack

VP8 = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)


PACKET = 1200  # bytes


class Noted(Encoder):
    """Writes down what it is asked for."""

    def __init__(self) -> None:
        self.target_bitrate = 0
        self.asked: list[tuple[int, int, bool]] = []
        self.breaks = False

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        assert isinstance(frame, VideoFrame)
        if self.breaks:
            raise Unavailable("libvpx: no")
        self.asked.append((frame.width, frame.height, force_keyframe))
        return [bytes(1000)], 0

    def pack(self, packet: "Packet[Any]") -> tuple[list[bytes], int]:
        raise NotImplementedError


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> Noted:
    noted = Noted()
    monkeypatch.setattr(picture_sender, "steady_encoder", lambda: noted)
    return noted


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """One that never steps, `s`; what it was set by since, `step_s`, is seen only in the time of day."""
    now = SimpleNamespace(s=100.0, step_s=0.0)
    clocks = SimpleNamespace(monotonic=lambda: now.s, time=lambda: steady_time.steady_time() + now.step_s)
    for module in (picture_sender, steady_time):
        monkeypatch.setattr(module, "time", clocks)
    return now


@pytest.fixture
def restored() -> Iterator[None]:
    before = vars(aiortc.rtcpeerconnection)["RTCRtpSender"]
    yield
    setattr(aiortc.rtcpeerconnection, "RTCRtpSender", before)  # noqa: B010


class Sending:
    """A sender with a picture track, without a connection."""

    def __init__(self, clock: SimpleNamespace) -> None:
        self._clock, self._packets = clock, 100
        self.tally = PictureTally()
        self.track = PictureTrack(self.tally)
        self.again: list[bytes] = []
        line = SimpleNamespace(state="connected", _stats_id="line", _get_stats=dict, _send_rtp=self._send)
        self.sender = PictureSender(self.track, cast(RTCDtlsTransport, line))

    async def picture(self, width: int = 1280, height: int = 720) -> bool:
        """One more picture, a thirtieth of a second later: whether it is sent."""
        self._clock.s += 1 / 30
        self.track.put(VideoFrame(width, height, "yuv420p"))
        sent = await self.sender._next_encoded_frame(VP8)
        self._packets += 0 if sent is None else len(sent.payloads)
        return sent is not None

    async def _send(self, packet: bytes) -> None:
        self.again.append(packet)

    def has_sent(self, number: int) -> None:
        """As aiortc keeps it for a while."""
        packet = RtpPacket(payload_type=96, sequence_number=number, ssrc=self.sender._ssrc, payload=bytes(PACKET))
        vars(self.sender)["_RTCRtpSender__rtp_history"][number % RTP_HISTORY_SIZE] = packet

    async def misses(self, *numbers: int) -> None:
        await self.sender._handle_rtcp_packet(RtcpRtpfbPacket(RTCP_RTPFB_NACK, 1, self.sender._ssrc, list(numbers)))

    async def hears(self, fmt: int, fci: bytes = b"") -> None:
        await self.sender._handle_rtcp_packet(RtcpPsfbPacket(fmt, 1, self.sender._ssrc, fci))

    async def told(self, lost: int = 0, ssrc: int | None = None) -> None:
        info = RtcpReceiverInfo(self.sender._ssrc if ssrc is None else ssrc, lost, 0, self._packets, 0, 0, 0)
        await self.sender._handle_rtcp_packet(RtcpRrPacket(1, [info]))


async def test_it_begins_small_and_counts_what_it_sends(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    assert await sending.picture()
    assert encoder.asked == [(640, 360, False)]
    assert encoder.target_bitrate == START_BPS
    assert (sending.tally.frames, sending.tally.width, sending.tally.height) == (1, 640, 360)


async def test_good_reports_bring_720_lines_within_five_seconds(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    for _second in range(5):
        for _ in range(30):
            await sending.picture()
        await sending.told()
    assert encoder.asked[-1][:2] == (1280, 720)
    assert str(sending.track.plan and sending.track.plan.rung) == "1280x720@30"


async def test_reports_on_another_source_count_for_nothing(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    for _second in range(5):
        await sending.picture()
        await sending.told(ssrc=sending.sender._ssrc ^ 1)
    assert encoder.asked[-1][:2] == (640, 360)


@pytest.mark.parametrize("step_s", [-3600.0, 3600.0])
async def test_a_clock_that_was_set_since_changes_no_time_there_and_back(
    encoder: Noted, clock: SimpleNamespace, step_s: float
) -> None:
    steady_aiortc()
    sender = Sending(clock).sender
    clock.step_s = step_s
    asked = 0x1234_5678
    sent_at = vars(aiortc.rtcrtpsender)["time"].time()  # what aiortc writes down with each report of its own
    for name, value in (("lsr", asked), ("lsr_time", sent_at)):
        setattr(sender, f"_RTCRtpSender__{name}", value)
    clock.s += 0.3
    held_for_a_quarter = RtcpReceiverInfo(sender._ssrc, 0, 0, 100, 0, lsr=asked, dlsr=65_536 // 4)
    assert sender._rtt_ms(held_for_a_quarter) == pytest.approx(50.0, abs=0.1)


@pytest.mark.parametrize("fmt", [RTCP_PSFB_PLI, RTCP_PSFB_FIR])
async def test_a_burst_of_requests_is_answered_once_and_at_once(
    encoder: Noted, clock: SimpleNamespace, fmt: int
) -> None:
    sending = Sending(clock)
    for _ in range(30):
        await sending.picture()
    for _ in range(8):
        await sending.hears(fmt)
        await sending.picture()
    assert [key for *_, key in encoder.asked[30:]] == [True] + 7 * [False]


async def test_a_low_estimate_lowers_what_is_sent_at_once(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    for _ in range(60):
        await sending.picture()
    await sending.hears(RTCP_PSFB_APP, pack_remb_fci(100_000, [sending.sender._ssrc]))
    for _ in range(4):
        await sending.picture()
    assert encoder.target_bitrate == pytest.approx(100_000, rel=0.01)
    assert encoder.asked[-1][:2] == (480, 270)


@pytest.mark.parametrize("fci", [b"", b"REMB", b"nonsense of some length", b"REMB" + bytes(4)])
async def test_nonsense_for_an_estimate_changes_nothing(encoder: Noted, clock: SimpleNamespace, fci: bytes) -> None:
    sending = Sending(clock)
    await sending.picture()
    await sending.hears(RTCP_PSFB_APP, fci)
    await sending.picture()
    assert encoder.target_bitrate == START_BPS


async def test_a_lost_packet_is_sent_again_once_in_a_round_trip(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    await sending.picture()
    sending.has_sent(7)
    for _ in range(3):
        await sending.misses(7)
    assert len(sending.again) == 1


async def test_what_is_asked_for_and_not_kept_takes_nothing_from_what_is(
    encoder: Noted, clock: SimpleNamespace
) -> None:
    sending = Sending(clock)
    await sending.picture()
    sending.has_sent(7)
    await sending.misses(*range(1000, 1100))
    await sending.misses(7)
    assert len(sending.again) == 1


async def test_what_is_sent_again_is_sent_instead_of_something_new(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    await sending.picture()
    before = encoder.target_bitrate
    for number in range(3):
        sending.has_sent(number)
    await sending.misses(*range(3))
    await sending.picture()
    assert len(sending.again) == 3
    assert encoder.target_bitrate == before - 3 * 8 * PACKET
    for number in range(3, 15):
        sending.has_sent(number)
    await sending.misses(*range(3, 15))
    await sending.picture()
    assert encoder.target_bitrate >= before // 2


async def test_who_signs_has_the_other_ladder(encoder: Noted, clock: SimpleNamespace) -> None:
    sending = Sending(clock)
    sending.track.ladder = SIGNING
    await sending.picture()
    assert sending.track.plan is not None
    assert sending.track.plan.rung in SIGNING.rungs


async def test_an_encoder_that_breaks_is_replaced_by_aiortcs(
    encoder: Noted, clock: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    sending = Sending(clock)
    await sending.picture()
    encoder.breaks = True
    assert await sending.picture()
    assert "aiortc's own encoder" in caplog.text
    assert await sending.picture()


async def test_what_is_no_picture_of_ours_is_sent_as_aiortc_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    line = SimpleNamespace(state="connected")
    sender = PictureSender(AudioStreamTrack(), cast(RTCDtlsTransport, line))
    seen: list[RTCRtpCodecParameters] = []

    async def plain(_self: RTCRtpSender, codec: RTCRtpCodecParameters) -> None:
        seen.append(codec)

    monkeypatch.setattr(RTCRtpSender, "_next_encoded_frame", plain)
    assert await sender._next_encoded_frame(VP8) is None
    assert seen == [VP8]


@pytest.mark.usefixtures("restored")
def test_steering_is_safe_twice() -> None:
    steer_pictures()
    steer_pictures()
    assert vars(aiortc.rtcpeerconnection)["RTCRtpSender"] is PictureSender
    assert issubclass(PictureSender, RTCRtpSender)
