"""Looks, twice a second, at what changed outside: the database (another process may write it), the day, the time."""

import asyncio
import logging
from typing import Final, NoReturn

from contract.laptop_link import Relays
from visits.api.garbage import Garbage
from visits.api.relay import RENEWED_EVERY
from visits.api.switchboard import Switchboard
from visits.domain.identity import Certificate
from visits.errors import Unavailable
from visits.store.bookings import visit_by_id
from visits.store.changes import changes_since
from visits.store.identities import certificate_with

EVERY_S: Final = 0.5
AT_A_TIME: Final = 25  # laptops; at some milliseconds each, a revoked one is turned out well within a second meanwhile

log = logging.getLogger(__name__)


class Watch:
    """Brings sheets and rooms up to date. A test calls `look`; the service runs `run` as one task."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._version: int | None = None
        self._seen = 0  # the newest change that was looked at
        self._unchecked: set[int] = set()  # laptops whose identity may have changed
        self._concerned: set[int] = set()  # laptops that are not yet up to date
        self._signer = board.keys.signer.key_id
        self._outdated: set[int] = set()  # laptops whose sheet is to be signed anew, though nobody changed it
        self._renewed_at = board.clock.monotonic()
        self._garbage = Garbage(board.clock)

    async def run(self) -> NoReturn:
        """Look for ever. A store that does not answer is tried again; any other error ends the service."""
        while True:
            pause = EVERY_S
            try:
                if await self.look():
                    pause = 0
            except Unavailable as error:
                log.error("the store does not answer: %s", error)
            await asyncio.sleep(pause)

    async def look(self) -> bool:
        """Bring up to date whom a change concerns, then tell visitors what time alone has changed.

        What concerns very many laptops is done for a few of them; whether there are more, so that another look is due.
        """
        board = self._board
        board.keys.refresh()
        if board.keys.signer.key_id != self._signer:
            self._signer = board.keys.signer.key_id
            self._outdated.update(board.laptops.with_places())  # their sheets are signed anew
        version = await board.store.version()
        if version != self._version:
            changes = await board.store.read(changes_since, self._seen)
            self._unchecked |= changes.laptop_ids
            self._concerned |= changes.laptop_ids
            self._version, self._seen = version, changes.newest
        await self._check_identities()
        await board.documents.note(version)
        await self._refresh()
        for room in board.rooms:
            room.tell_visitor()
        board.rooms.sweep()
        board.forget_the_gone()
        if board.clock.monotonic() - self._renewed_at >= RENEWED_EVERY.total_seconds():
            self._renew_relays()
        more = await self._renew_documents()
        self._garbage.look()
        await board.documents.note_told()  # last: what cannot be noted keeps nobody from anything
        return more

    def _renew_relays(self) -> None:
        """Give every laptop new credentials for the relays, long before the last ones lapse."""
        board = self._board
        self._renewed_at = board.clock.monotonic()
        if board.settings.relay is not None:
            for laptop_id in board.laptops.connected():
                servers = board.settings.ice_for_laptop(laptop_id, board.clock.now())
                board.laptops.say(laptop_id, Relays(ice_servers=servers, relay_only=True))

    async def _check_identities(self) -> None:
        """Before anything else, so that nothing that is slow, or fails, keeps a revoked laptop connected."""
        for certificate in self._board.laptops.expired(self._board.clock.now()):
            self._turn_out(certificate)
        for laptop_id in tuple(self._unchecked):
            await self._check_identity(laptop_id)
            self._unchecked.discard(laptop_id)

    async def _refresh(self) -> None:
        """One laptop after another, so that what laptops say meanwhile waits for no more than one of them."""
        board = self._board
        for laptop_id in tuple(self._concerned):
            await self._push(laptop_id)
            for room in board.rooms.on_laptop(laptop_id):
                visit = await board.store.read(visit_by_id, room.visit.call.booking_id)
                if visit is not None:
                    board.rooms.of(visit)
            # One that is just saying hello may have read its sheet before the change: it is looked at once more.
            if board.laptops.is_connected(laptop_id) or not board.laptops.has_place(laptop_id):
                self._concerned.discard(laptop_id)

    async def _renew_documents(self) -> bool:
        """For a few who lack a document, or whose sheet time or a new key has outdated; whether there are more."""
        board = self._board
        self._outdated.update(board.sheets.due(board.clock.now()))
        self._outdated = {laptop_id for laptop_id in self._outdated if board.laptops.has_place(laptop_id)}
        waiting = [each for each in self._outdated | board.documents.due() if board.laptops.is_connected(each)]
        for laptop_id in waiting[:AT_A_TIME]:
            await self._push(laptop_id)
            self._outdated.discard(laptop_id)
        return len(waiting) > AT_A_TIME

    async def _push(self, laptop_id: int) -> None:
        """Documents first: the key that the sheet is signed with may be among them."""
        if self._board.laptops.is_connected(laptop_id):
            await self._board.documents.push(laptop_id)
            await self._board.sheets.push(laptop_id)

    async def _check_identity(self, laptop_id: int) -> None:
        """Turn out a connection whose certificate was revoked since, or whose laptop was enrolled anew."""
        board = self._board
        certificate = board.laptops.certificate_of(laptop_id)
        if certificate is not None:
            found = await board.store.read(certificate_with, certificate.serial)
            if found is None or not found[0].stands_on_a_live_line(board.clock.now()):
                self._turn_out(certificate)

    def _turn_out(self, certificate: Certificate) -> None:
        log.warning("laptop %d is turned out: its certificate no longer stands", certificate.laptop_id)
        self._board.laptops.turn_out(certificate)
