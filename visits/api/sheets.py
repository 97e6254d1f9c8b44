"""Keeps every connected laptop's call sheet up to date, and knows which bookings stand on it."""

from dataclasses import dataclass

from contract.laptop_link import Sheet, VisitorNow
from contract.sheet import CALL_SHEET
from contract.words import Presence
from visits.api.laptops import Laptops
from visits.api.rooms import Rooms
from visits.api.store_thread import StoreThread
from visits.ports import Clock
from visits.store import laptops as stored


@dataclass(frozen=True, slots=True)
class Issued:
    """A sheet as a laptop is given it."""

    document: str
    serial: int
    booking_ids: tuple[str, ...]


class Sheets:
    """The newest sheet given to each connected laptop."""

    def __init__(self, store: StoreThread, laptops: Laptops, rooms: Rooms, clock: Clock) -> None:
        self._store = store
        self._laptops = laptops
        self._rooms = rooms
        self._clock = clock
        self._given: dict[int, Issued] = {}

    async def newest(self, laptop_id: int) -> Issued:
        """The sheet that says what is so now; a new one is written only when the last no longer does."""
        now = self._clock.now()
        document = await self._store.read(stored.standing_sheet, laptop_id, now)
        if document is None:
            document = await self._store.write(stored.issue_sheet, laptop_id, now)
        sheet = CALL_SHEET.validate_json(document)
        return Issued(document, sheet.serial, tuple(booking.booking_id for booking in sheet.bookings))

    def give(self, laptop_id: int, issued: Issued) -> list[Sheet | VisitorNow]:
        """Note that `issued` is being given; what to say: the sheet, and each of its visitors who is new to it."""
        before = self._given.get(laptop_id)
        self._given[laptop_id] = issued
        known = () if before is None else before.booking_ids
        visitors = [self._visitor_now(booking_id) for booking_id in issued.booking_ids if booking_id not in known]
        return [Sheet(document=issued.document), *visitors]

    async def push(self, laptop_id: int) -> None:
        """Give a connected laptop its newest sheet if it has an older one."""
        issued = await self.newest(laptop_id)
        given = self._given.get(laptop_id)
        if self._laptops.is_connected(laptop_id) and (given is None or issued.serial > given.serial):
            for message in self.give(laptop_id, issued):
                self._laptops.say(laptop_id, message)

    def lists(self, laptop_id: int, booking_id: str) -> bool:
        """Whether the booking stands on the sheet this laptop was last given."""
        given = self._given.get(laptop_id)
        return given is not None and booking_id in given.booking_ids

    def forget(self, laptop_id: int) -> None:
        """The laptop has gone; it is given its sheet anew when it comes back."""
        self._given.pop(laptop_id, None)

    def _visitor_now(self, booking_id: str) -> VisitorNow:
        room = self._rooms.get(booking_id)
        return VisitorNow(booking_id=booking_id, presence=Presence.ABSENT) if room is None else room.visitor_now()
