"""Sees to it that every connected laptop's list of officers says who works there now. It sends nothing itself."""

import logging
from datetime import datetime, timedelta
from typing import Final

from visits.api.store_thread import StoreThread
from visits.errors import Unavailable
from visits.keys.live import LiveKeys
from visits.ports import Clock
from visits.store.officers import newest_of_all
from visits.store.rosters import RosterSigning, issue_roster, roster_due_at

TRIED_AGAIN_AFTER: Final = timedelta(minutes=1)

log = logging.getLogger(__name__)


class Rosters:
    """When each connected laptop's list is to be signed anew, and with which key the last one was."""

    def __init__(self, store: StoreThread, clock: Clock, keys: LiveKeys) -> None:
        self._store, self._clock, self._keys = store, clock, keys
        self._made: dict[int, tuple[datetime, str]] = {}

    async def renew(self, laptop_id: int) -> None:
        """Have the list that says what is so now among the documents for this laptop.

        One that cannot be written holds up nothing else: the last one stays, and it is tried again in a while.
        """
        signing = RosterSigning(self._keys.signer, self._clock.now())
        due_at = await self._store.read(roster_due_at, laptop_id, signing)
        if due_at is None:
            try:
                due_at = await self._store.write(issue_roster, laptop_id, signing)
            except Unavailable as error:
                log.error("laptop %d has no new list of officers: %s", laptop_id, error)
                due_at = signing.now + TRIED_AGAIN_AFTER
        self._made[laptop_id] = (due_at, signing.signer.key_id)

    def is_due(self, laptop_id: int) -> bool:
        """Whether time, or a change of the key, has outdated the laptop's list."""
        made = self._made.get(laptop_id)
        return made is not None and (made[0] <= self._clock.now() or made[1] != self._keys.signer.key_id)

    def due(self) -> list[int]:
        """The laptops whose list is due."""
        return [laptop_id for laptop_id in self._made if self.is_due(laptop_id)]

    async def state(self) -> int:
        """A number that differs once anything has happened to any officer."""
        return await self._store.read(newest_of_all)

    def known(self) -> frozenset[int]:
        """The laptops that have been seen to, and not forgotten since."""
        return frozenset(self._made)

    def forget(self, laptop_id: int) -> None:
        """The laptop has gone."""
        self._made.pop(laptop_id, None)
