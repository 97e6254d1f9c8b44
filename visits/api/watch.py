"""Looks, twice a second, at what changed outside: the database (another process may write it), the day, the time."""

import asyncio
import logging
from datetime import datetime
from typing import Final, NoReturn

from contract.laptop_link import Relays
from visits.api.relay import RENEWED_EVERY
from visits.api.switchboard import Switchboard
from visits.errors import Unavailable
from visits.store.bookings import visit_by_id
from visits.store.laptops import laptop_by_token

EVERY_S: Final = 0.5

log = logging.getLogger(__name__)


class Watch:
    """Brings sheets and rooms up to date. A test calls `look`; the service runs `run` as one task."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._seen: tuple[int, datetime] | None = None
        self._renewed_at = board.clock.monotonic()

    async def run(self) -> NoReturn:
        """Look for ever. A store that does not answer is tried again; any other error ends the service."""
        while True:
            try:
                await self.look()
            except Unavailable as error:
                log.error("the store does not answer: %s", error)
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Push changed sheets, then tell visitors what time alone has changed."""
        board = self._board
        # A new minute counts as a change, because a new day begins with one in every time zone.
        seen = (await board.store.version(), board.clock.now().replace(second=0, microsecond=0))
        if seen != self._seen:
            await self._refresh()
            self._seen = seen
        for room in board.rooms:
            room.tell_visitor()
        board.rooms.sweep()
        if board.clock.monotonic() - self._renewed_at >= RENEWED_EVERY.total_seconds():
            self._renew_relays()

    def _renew_relays(self) -> None:
        """Give every laptop new credentials for the relays, long before the last ones lapse."""
        board = self._board
        self._renewed_at = board.clock.monotonic()
        if board.settings.relay is not None:
            for laptop_id in board.laptops.connected():
                servers = board.settings.ice_for_laptop(laptop_id, board.clock.now())
                board.laptops.say(laptop_id, Relays(ice_servers=servers, relay_only=True))

    async def _refresh(self) -> None:
        board = self._board
        for laptop_id, token in board.laptops.tokens().items():
            if await board.store.read(laptop_by_token, token) is None and laptop_id in board.laptops.tokens():
                board.laptops.turn_out(laptop_id)
        for laptop_id in board.laptops.connected():
            await board.sheets.push(laptop_id)
        for room in board.rooms:
            visit = await board.store.read(visit_by_id, room.visit.call.booking_id)
            if visit is not None:
                room.know(visit)
