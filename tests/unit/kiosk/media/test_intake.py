"""Of what comes from the far side: floods have an end, lies are dropped, nothing is sent again without end."""

import os
import struct
from typing import Any

import pytest
from aiortc.rtcdtlstransport import RTCDtlsTransport
from aiortc.rtp import RtcpPsfbPacket, RtcpRtpfbPacket, RtpPacket

from kiosk.media.intake import (
    CONTROL_A_SECOND,
    MOMENTS_A_SECOND,
    MOST_BROKEN,
    PACKETS_A_SECOND,
    RESENT_A_SECOND,
    Intake,
)
from tests.fakes.far_line import Recipient, line_with

KEY_FRAME_WANTED = bytes(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=7))
TOO_SHORT_A_TIME = bytes.fromhex("90610001 00000001 00000007 bede0001 30ff0000")  # one byte where three belong
REMB_WITHOUT_SOURCES = bytes(RtcpPsfbPacket(fmt=15, ssrc=1, media_ssrc=0, fci=b"REMB\xff\x00\x00\x00"))


def at_one_instant(line: Any) -> Any:
    """The line, for which no time passes."""
    for allowance in (line._packets, line._moments, line._control, line._resent):
        allowance._at, allowance._now = 0.0, lambda: 0.0
    return line


def packet(number: int, moment: int, ssrc: int = 7) -> bytes:
    return RtpPacket(97, 1, number % 65_536, moment, ssrc, b"\x10" + bytes(20)).serialize()


async def test_a_call_of_ten_seconds_is_let_in_whole() -> None:
    far = Recipient()
    line = line_with(Intake, far)
    clock: float = line._packets._at
    line._packets._now = line._moments._now = lambda: clock
    for number in range(2500):
        clock += 10 / 2500
        await line._handle_rtp_data(packet(number, number // 8 * 3000), 0)
    assert len(far.packets) == 2500
    assert line.too_much is None


async def test_a_second_of_pictures_that_were_held_up_for_five_is_let_in() -> None:
    far = Recipient()
    line = line_with(Intake, far)
    for number in range(1500):
        await line._handle_rtp_data(packet(number, number // 10 * 3000), 0)
    assert len(far.packets) == 1500


async def test_more_packets_than_a_call_has_are_too_much() -> None:
    far = Recipient()
    line = at_one_instant(line_with(Intake, far))
    for number in range(4 * PACKETS_A_SECOND):
        await line._handle_rtp_data(packet(number, 0), 0)
    assert "more packets" in line.too_much
    assert len(far.packets) == 2 * PACKETS_A_SECOND


async def test_a_thousand_pictures_a_second_are_too_much() -> None:
    far = Recipient()
    line = at_one_instant(line_with(Intake, far))
    for number in range(4 * MOMENTS_A_SECOND):
        await line._handle_rtp_data(packet(number, number * 90), 0)
    assert "more pictures" in line.too_much
    assert len(far.packets) == 3 * MOMENTS_A_SECOND


@pytest.mark.parametrize(("kind", "bounded"), [(Intake, True), (RTCDtlsTransport, False)])
async def test_of_ten_thousand_requests_for_a_key_frame_most_are_dropped(
    kind: type[RTCDtlsTransport], bounded: bool
) -> None:
    far = Recipient()
    line = line_with(kind, far)
    if bounded:
        at_one_instant(line)
    for _ in range(PACKETS_A_SECOND):
        await line._handle_rtcp_data(KEY_FRAME_WANTED)
    assert (0 < len(far.asked) < 3 * CONTROL_A_SECOND) is bounded


@pytest.mark.parametrize(("kind", "bounded"), [(Intake, True), (RTCDtlsTransport, False)])
async def test_one_request_for_everything_a_thousand_times_is_no_flood(
    kind: type[RTCDtlsTransport], bounded: bool
) -> None:
    far = Recipient()
    line = line_with(kind, far)
    if bounded:
        at_one_instant(line)
    everything = RtcpRtpfbPacket(fmt=1, ssrc=1, media_ssrc=7, lost=[])
    asked = struct.pack("!HH", 40, 0xFFFF) * 350
    data = bytearray(bytes(everything) + asked)
    data[2:4] = struct.pack("!H", len(data) // 4 - 1)
    for _ in range(100):
        await line._handle_rtcp_data(bytes(data))
    resent = sum(len(each.lost) for each in far.asked)
    assert (0 < resent < 2 * RESENT_A_SECOND) is bounded
    assert not bounded or far.asked[0].lost == list(range(40, 57))


async def test_a_packet_that_breaks_the_parser_is_dropped_and_the_line_goes_on() -> None:
    far = Recipient()
    line, plain = line_with(Intake, far), line_with(RTCDtlsTransport, Recipient())
    for each in (line, plain):
        each._rtp_header_extensions_map._HeaderExtensionsMap__ids.abs_send_time = 3
    with pytest.raises(struct.error):
        await plain._handle_rtp_data(TOO_SHORT_A_TIME, 0)
    with pytest.raises(struct.error):
        await plain._handle_rtcp_data(REMB_WITHOUT_SOURCES)
    await line._handle_rtp_data(TOO_SHORT_A_TIME, 0)
    await line._handle_rtcp_data(REMB_WITHOUT_SOURCES)
    await line._handle_rtp_data(packet(1, 0), 0)
    assert (line.broken, len(far.packets)) == (2, 1)


async def test_nonsense_without_end_is_too_much() -> None:
    line = line_with(Intake, Recipient(ValueError("what")))
    for number in range(MOST_BROKEN + 1):
        await line._handle_rtp_data(packet(number, 0), 0)
    assert "no sense" in line.too_much


async def test_a_line_that_is_gone_is_still_said_to_be() -> None:
    line = line_with(Intake, Recipient(ConnectionError()))
    with pytest.raises(ConnectionError):
        await line._handle_rtp_data(packet(1, 0), 0)
    with pytest.raises(ConnectionError):
        await line._handle_rtcp_data(KEY_FRAME_WANTED)


async def test_sources_without_end_are_not_remembered() -> None:
    line = line_with(Intake, Recipient())
    for number in range(500):
        await line._handle_rtp_data(packet(number, number, ssrc=number), 0)
    assert len(line._moment_of) < 30


async def test_any_bytes_are_taken_or_dropped() -> None:
    line = line_with(Intake, Recipient())
    for length in range(80):
        await line._handle_rtp_data(os.urandom(length), 0)
        await line._handle_rtcp_data(os.urandom(length))
