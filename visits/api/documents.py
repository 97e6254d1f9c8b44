"""Gives connected laptops what others have signed for them (keys, policy, roster), and each new one. Signs nothing."""

from dataclasses import dataclass, replace
from typing import Final

from contract.documents import DocumentKind
from contract.laptop_link import Document
from visits.api.laptops import Laptops
from visits.api.rosters import Rosters
from visits.api.store_thread import StoreThread
from visits.ports import Clock
from visits.store.documents import (
    StoredDocument,
    documents_state,
    is_told_of_keys,
    newest_documents,
    note_keys_told,
)

TOLD_AFTER_S: Final = 60.0  # longer than it takes to notice that a line is dead


@dataclass(frozen=True, slots=True)
class _KeysGiven:
    serial: int
    at: float


class Documents:
    """Which documents each connected laptop was given last.

    A laptop counts as told of its keys once its line has stayed up since: until then it is given them with each line.
    """

    def __init__(self, store: StoreThread, clock: Clock, laptops: Laptops, rosters: Rosters) -> None:
        self._store = store
        self._clock = clock
        self._laptops = laptops
        self._rosters = rosters
        self._given: dict[int, tuple[StoredDocument, ...]] = {}
        self._keys_given: dict[int, _KeysGiven] = {}
        self._version: int | None = None  # of the store, when `_state` was read
        self._state: tuple[int, ...] | None = None
        self._due: set[int] = set()  # laptops that may lack something

    async def newest(self, laptop_id: int) -> tuple[StoredDocument, ...]:
        """What there is for this laptop, in the order in which it must be read, to be given at once."""
        await self._rosters.renew(laptop_id)
        return await self._store.read(newest_documents, laptop_id)

    def give(self, laptop_id: int, newest: tuple[StoredDocument, ...]) -> list[Document]:
        """Note that `newest` is being given; what to say: those of them that are new to the laptop's connection."""
        before = self._given.get(laptop_id, ())
        self._given[laptop_id] = newest
        new = [document for document in newest if document not in before]
        keys = [document.serial for document in new if document.kind is DocumentKind.KEYS]
        if keys:
            self._keys_given[laptop_id] = _KeysGiven(max(keys), self._clock.monotonic())
        return [Document(kind=document.kind, document=document.text) for document in new]

    async def note(self, version: int) -> None:
        """See whether anything has been published, and to whom it is news, while the store is at `version`."""
        if version != self._version:
            state = (*await self._store.read(documents_state), await self._rosters.state())
            if state != self._state:
                self._due.update(self._laptops.with_places())
            self._version, self._state = version, state

    async def note_told(self) -> None:
        """Keep which laptops have been told of their keys."""
        now = self._clock.monotonic()
        for laptop_id, given in tuple(self._keys_given.items()):
            if not self._laptops.is_connected(laptop_id):
                self._keys_given[laptop_id] = replace(given, at=now)
            elif now - given.at >= TOLD_AFTER_S:
                if not await self._store.read(is_told_of_keys, laptop_id, given.serial):
                    await self._store.write(note_keys_told, laptop_id, given.serial)
                if self._keys_given.get(laptop_id) == given:
                    del self._keys_given[laptop_id]

    def due(self) -> set[int]:
        """The laptops that may lack something. One that is just saying hello may have read too little: it is one."""
        self._due = {laptop_id for laptop_id in self._due if self._laptops.has_place(laptop_id)}
        return self._due | {laptop_id for laptop_id in self._rosters.due() if self._laptops.has_place(laptop_id)}

    async def push(self, laptop_id: int) -> None:
        """Give a connected laptop what it does not have yet."""
        if laptop_id not in self._due and not self._rosters.is_due(laptop_id):
            return
        newest = await self.newest(laptop_id)
        if self._laptops.is_connected(laptop_id):
            for message in self.give(laptop_id, newest):
                self._laptops.say(laptop_id, message)
            self._due.discard(laptop_id)

    def known(self) -> frozenset[int]:
        """The laptops of which something is kept here."""
        return self._rosters.known() | self._given.keys()

    def begin_anew(self, laptop_id: int) -> None:
        """The laptop knows nothing of what it was given."""
        self._given.pop(laptop_id, None)

    def forget(self, laptop_id: int) -> None:
        """The laptop has gone; it is given everything anew when it comes back."""
        self.begin_anew(laptop_id)
        self._keys_given.pop(laptop_id, None)
        self._rosters.forget(laptop_id)
