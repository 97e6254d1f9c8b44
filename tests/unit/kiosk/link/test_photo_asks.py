"""Photos are asked for one after another; one that does not come costs only itself."""

import asyncio

from kiosk.errors import Unavailable
from kiosk.link.photo_asks import MOST_WAITING, PhotoAsks


async def test_what_is_wanted_arrives_and_what_cannot_be_had_costs_no_other() -> None:
    arrived: dict[str, bytes] = {}
    done = asyncio.Event()

    async def fetch(sha256: str) -> bytes:
        if sha256 == "gone":
            raise Unavailable("The photo is not on file.")
        return sha256.encode()

    def has_arrived(sha256: str, photo: bytes) -> None:
        arrived[sha256] = photo
        if sha256 == "b":
            done.set()

    asks = PhotoAsks(fetch, has_arrived)
    running = asyncio.create_task(asks.run())
    for sha256 in ("a", "gone", "b"):
        asks.wanted(sha256)
    await asyncio.wait_for(done.wait(), 5)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert arrived == {"a": b"a", "b": b"b"}


def test_a_screen_that_asks_too_often_is_not_heard_out() -> None:
    async def never(_sha256: str) -> bytes:
        raise AssertionError("nothing runs")

    asks = PhotoAsks(never, lambda _sha256, _photo: None)
    for _ in range(3 * MOST_WAITING):
        asks.wanted("a")
