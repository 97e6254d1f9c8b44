"""Loss and round-trip time out of statistics."""

from datetime import UTC, datetime

import pytest
from aiortc.stats import RTCInboundRtpStreamStats, RTCRemoteInboundRtpStreamStats

from kiosk.media.quality import WINDOW, QualityWindow

NOW = datetime(2024, 11, 22, tzinfo=UTC)


def inbound(received: int, lost: int) -> RTCInboundRtpStreamStats:
    return RTCInboundRtpStreamStats(NOW, "inbound-rtp", "i", 1, "video", "t", received, lost, 0)


def outbound(received: int, lost: int, rtt: float | None) -> RTCRemoteInboundRtpStreamStats:
    return RTCRemoteInboundRtpStreamStats(
        NOW,
        "remote-inbound-rtp",
        "o",
        2,
        "video",
        "t",
        received,
        lost,
        0,
        rtt,  # type: ignore[arg-type]  # aiortc gives None before the first report
        0.0,
    )


def test_before_any_report_nothing_is_lost_and_the_time_is_not_known() -> None:
    quality = QualityWindow().read([])
    assert (quality.loss_percent, quality.rtt_ms) == (0.0, None)


def test_the_worse_direction_counts() -> None:
    window = QualityWindow()
    window.read([inbound(0, 0), outbound(0, 0, None)])
    quality = window.read([inbound(90, 10), outbound(80, 20, 0.05)])
    assert quality.loss_percent == pytest.approx(20)
    assert quality.rtt_ms == pytest.approx(50)


def test_old_losses_are_forgotten() -> None:
    window = QualityWindow()
    window.read([inbound(0, 0)])
    for step in range(1, WINDOW + 2):
        quality = window.read([inbound(50 + 100 * step, 50)])
    assert quality.loss_percent == 0.0


def test_a_count_that_runs_backwards_is_no_loss() -> None:
    window = QualityWindow()
    window.read([inbound(100, 10)])
    assert window.read([inbound(110, 4)]).loss_percent == 0.0


def test_a_clock_that_runs_backwards_gives_no_negative_time() -> None:
    assert QualityWindow().read([outbound(1, 0, -0.01)]).rtt_ms == 0.0
