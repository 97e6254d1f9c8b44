"""Keeps every connected laptop's call sheet up to date, and knows which bookings stand on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from contract.documents import DocumentKind
from contract.laptop_link import Document, VisitorNow
from contract.words import Presence
from visits.api.laptops import Laptops
from visits.api.rooms import Rooms
from visits.api.store_thread import StoreThread
from visits.keys.live import LiveKeys
from visits.ports import Clock
from visits.store import laptops as stored
from visits.store.laptops import Issued, SheetSigning


@dataclass(frozen=True, slots=True)
class SheetPress:
    """What a sheet is made with: the time, the keys, and how long one is valid."""

    clock: Clock
    keys: LiveKeys
    lasts: timedelta

    def signing(self) -> SheetSigning:
        """As things are now."""
        return SheetSigning(self.keys.signer, self.clock.now(), self.lasts)


class Sheets:
    """The newest sheet given to each connected laptop."""

    def __init__(self, store: StoreThread, laptops: Laptops, rooms: Rooms, press: SheetPress) -> None:
        self._store = store
        self._laptops = laptops
        self._rooms = rooms
        self._press = press
        self._given: dict[int, Issued] = {}

    async def newest(self, laptop_id: int) -> Issued:
        """The sheet that says what is so now; a new one is written only when the last no longer does."""
        signing = self._press.signing()
        standing = await self._store.read(stored.standing_sheet, laptop_id, signing)
        return standing if standing is not None else await self._store.write(stored.issue_sheet, laptop_id, signing)

    def due(self, now: datetime) -> list[int]:
        """The laptops whose sheet time alone has outdated."""
        return [laptop_id for laptop_id, issued in self._given.items() if issued.due_at <= now]

    def give(self, laptop_id: int, issued: Issued) -> list[Document | VisitorNow]:
        """Note that `issued` is being given; what to say: the sheet, and each of its visitors who is new to it."""
        before = self._given.get(laptop_id)
        self._given[laptop_id] = issued
        known = () if before is None else before.listed.booking_ids
        fresh = [booking_id for booking_id in issued.listed.booking_ids if booking_id not in known]
        visitors = [self._visitor_now(booking_id) for booking_id in fresh]
        return [Document(kind=DocumentKind.SHEET, document=issued.document), *visitors]

    def news(self, laptop_id: int, issued: Issued) -> list[Document | VisitorNow]:
        """As `give`; nothing where the laptop has this sheet already, or a newer one."""
        given = self._given.get(laptop_id)
        return self.give(laptop_id, issued) if given is None or issued.serial > given.serial else []

    async def push(self, laptop_id: int) -> None:
        """Give a connected laptop its newest sheet if it has an older one."""
        issued = await self.newest(laptop_id)
        if self._laptops.is_connected(laptop_id):
            for message in self.news(laptop_id, issued):
                self._laptops.say(laptop_id, message)

    def lists(self, laptop_id: int, booking_id: str) -> bool:
        """Whether the booking stands on the sheet this laptop was last given, revoked or not."""
        given = self._given.get(laptop_id)
        return given is not None and booking_id in (*given.listed.booking_ids, *given.listed.revoked_ids)

    def known(self) -> frozenset[int]:
        """The laptops of which a sheet is kept here."""
        return frozenset(self._given)

    def forget(self, laptop_id: int) -> None:
        """The laptop has gone; it is given its sheet anew when it comes back."""
        self._given.pop(laptop_id, None)

    def _visitor_now(self, booking_id: str) -> VisitorNow:
        room = self._rooms.get(booking_id)
        return VisitorNow(booking_id=booking_id, presence=Presence.ABSENT) if room is None else room.visitor_now()
