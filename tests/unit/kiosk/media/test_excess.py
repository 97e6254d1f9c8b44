"""What aiortc keeps without a limit is counted, and has an end."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiortc import RTCRtpReceiver
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.media.excess import MOST_STRAYS, MOST_UNREAD, excess
from kiosk.media.reception import MOST_UNDECODED
from kiosk.media.sources import BoundedRouter


@pytest.fixture
def receiver() -> Any:
    transport: Any = SimpleNamespace(state="new", _rtp_router=BoundedRouter())
    receiver = RTCRtpReceiver("video", transport)
    receiver._track = RemoteStreamTrack("video")
    return receiver


def fill(queue: Any, count: int) -> None:
    for number in range(count):
        queue.put_nowait(number)


async def test_what_a_page_sends_is_not_too_much(receiver: Any) -> None:
    receiver.transport._rtp_router.strays = MOST_STRAYS
    fill(receiver._RTCRtpReceiver__decoder_queue, MOST_UNDECODED)
    fill(receiver._track._queue, MOST_UNREAD)
    assert excess(receiver) is None


async def test_sources_without_end_are_too_much(receiver: Any) -> None:
    receiver.transport._rtp_router.strays = MOST_STRAYS + 1
    assert excess(receiver) == "the other side sends from sources without end"


async def test_more_than_can_be_decoded_or_shown_is_too_much(receiver: Any) -> None:
    fill(receiver._RTCRtpReceiver__decoder_queue, MOST_UNDECODED + 1)
    assert "301 and 0 wait" in (excess(receiver) or "")
    receiver._RTCRtpReceiver__decoder_queue.queue.clear()
    fill(receiver._track._queue, MOST_UNREAD + 1)
    assert "0 and 101 wait" in (excess(receiver) or "")


async def test_a_receiver_without_a_track_yet_has_nothing(receiver: Any) -> None:
    receiver._track = None
    assert excess(receiver) is None
