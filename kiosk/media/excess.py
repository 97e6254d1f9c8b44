"""Says when a far side sends more than can be worked off: what aiortc keeps for it is counted, and has an end.

Reads aiortc's own queues, which have no limit; can go once they have one.
"""

from typing import Final

from aiortc import RTCRtpReceiver
from aiortc.rtcrtpreceiver import RemoteStreamTrack

from kiosk.media.intake import Intake
from kiosk.media.reception import MOST_UNDECODED
from kiosk.media.sources import BoundedRouter

MOST_STRAYS: Final = 100  # packets of sources beyond those that are known: no page sends any
MOST_UNREAD: Final = 100  # decoded and not taken: a third of a gigabyte of the largest pictures


def excess(receiver: RTCRtpReceiver) -> str | None:
    """What there is too much of, or None. Cheap."""
    if isinstance(receiver.transport, Intake) and receiver.transport.too_much is not None:
        return receiver.transport.too_much
    router = receiver.transport._rtp_router
    strays = router.strays if isinstance(router, BoundedRouter) else 0
    undecoded = _of(receiver, "decoder_queue").qsize()
    unread = receiver.track._queue.qsize() if isinstance(receiver.track, RemoteStreamTrack) else 0
    if strays > MOST_STRAYS:
        return "the other side sends from sources without end"
    if undecoded > MOST_UNDECODED or unread > MOST_UNREAD:
        return f"the other side sends more than can be shown: {undecoded} and {unread} wait"
    return None


def _of(receiver: RTCRtpReceiver, name: str):  # type: ignore[no-untyped-def]  # aiortc keeps these to itself
    return getattr(receiver, f"_RTCRtpReceiver__{name}")
