"""One call inside one process, for a machine that has no address but its loopback; exits with 0 once pictures came."""

import asyncio

from kiosk.media.facts import OfferMade
from tests.integration.media.laptop import started
from tests.integration.media.visitor import GreenSquare, Tone


async def call() -> None:
    """Connect, and wait for pictures both ways."""
    async with started() as laptop:
        visitor = laptop.invite(GreenSquare(320, 180), Tone())
        laptop.connect("session-1")
        laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
        await laptop.measured(lambda m: m.received_video_frames > 0 and m.sent_video_frames > 0)


if __name__ == "__main__":
    asyncio.run(call())
