"""Fetches the photos the guard asks for, one after another; one that does not come is left to the next asking."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from kiosk.errors import KioskError

LOG: Final = logging.getLogger(__name__)
MOST_WAITING: Final = 16


class PhotoAsks:
    """`fetch` gets a photo by its hash, `arrived` hands it to the guard."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]], arrived: Callable[[str, bytes], None]) -> None:
        self._fetch, self._arrived = fetch, arrived
        self._wanted: asyncio.Queue[str] = asyncio.Queue(maxsize=MOST_WAITING)

    def wanted(self, sha256: str) -> None:
        """The guard lacks this one."""
        if not self._wanted.full():
            self._wanted.put_nowait(sha256)

    async def run(self) -> None:
        """Fetch what is wanted, until cancelled."""
        while True:
            sha256 = await self._wanted.get()
            try:
                self._arrived(sha256, await self._fetch(sha256))
            except KioskError as error:
                LOG.warning("a photo did not come: %s", error)
