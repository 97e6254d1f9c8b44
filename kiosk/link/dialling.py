"""Opens a line to the service from the address this laptop has, and says who is there if that fails. Says nothing."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import aiohttp

from contract.laptop_link import STREAM_HEADER
from contract.strict import LONGEST_SHEET_BYTES
from kiosk.link.stranger import stranger
from kiosk.link.trust import Trust
from kiosk.strangers import Stranger

OPEN_WITHIN_S: Final = 6.0  # longer than the service waits for a dead line of ours to make way
CLOSE_WITHIN_S: Final = 0.25
PATH: Final = "/laptop/v1/link"


class Dialling:
    """To the service at `url`, as the laptop that `trust` makes it; a test may have none.

    `stream_id` names the stream to go on with at each attempt; `moved` is set whenever the address is another one.
    """

    def __init__(
        self, url: str, *, stream_id: Callable[[], str | None], moved: asyncio.Event, trust: Trust | None
    ) -> None:
        self._url, self._stream_id, self._moved, self._trust = url.rstrip("/") + PATH, stream_id, moved, trust

    async def opened(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        """A connection from the address we have: an attempt that is under way when it changes is given up, and made
        anew at once. Raises TimeoutError, OSError or what aiohttp does."""
        while True:
            self._moved.clear()
            opening = asyncio.create_task(self._open(session), name="open a line")
            moving = asyncio.create_task(self._moved.wait(), name="wait to be elsewhere")
            try:
                await asyncio.wait((opening, moving), return_when=asyncio.FIRST_COMPLETED)
                if opening.done():
                    return opening.result()
            finally:
                opening.cancel()
                moving.cancel()
                await asyncio.gather(opening, moving, return_exceptions=True)

    async def _open(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        async with asyncio.timeout(OPEN_WITHIN_S):
            return await session.ws_connect(
                self._url,
                headers=None if (known := self._stream_id()) is None else {STREAM_HEADER: known},
                autoping=False,
                timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_WITHIN_S),
                max_msg_size=LONGEST_SHEET_BYTES,
                ssl=self._trust.context if self._trust is not None else True,
            )

    def stranger_in(self, error: Exception) -> Stranger | None:
        """What a failure says of who is there; a service may also just hang up on a certificate that has expired."""
        expired = self._trust is not None and self._trust.is_expired(datetime.now(UTC))
        return stranger(error) or (Stranger.CERTIFICATE_EXPIRED if expired else None)
