"""Bounds how many sources one connection may send from: packets of any further one are dropped, and counted.

aiortc keeps something for every source it ever heard, and with more than 31 it can no longer close the connection.
"""

from typing import Final

import aiortc.rtcdtlstransport
from aiortc.rtcdtlstransport import RtpReceiver, RtpRouter
from aiortc.rtp import RtpPacket

MOST_SOURCES: Final = 16  # a page sends one picture, one sound, and what repeats lost packets


class BoundedRouter(RtpRouter):
    """Knows the first MOST_SOURCES only; `strays` counts the packets of others."""

    def __init__(self) -> None:
        super().__init__()
        self.strays = 0

    def route_rtp(self, packet: RtpPacket) -> RtpReceiver | None:
        """Where a packet goes; nowhere if it is of one source too many."""
        if packet.ssrc not in self.ssrc_table and len(self.ssrc_table) >= MOST_SOURCES:
            self.strays += 1
            return None
        return super().route_rtp(packet)


def bound_sources() -> None:
    """Have every new connection use it. Safe twice. Can go once aiortc has a bound of its own."""
    setattr(aiortc.rtcdtlstransport, "RtpRouter", BoundedRouter)  # noqa: B010 - a class is no variable to mypy
