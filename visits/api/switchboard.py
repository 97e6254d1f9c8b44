"""What the endpoints share: the store, the time, and who is connected now. Built once for each running service."""

from typing import Self

from visits.api.laptops import Laptops
from visits.api.rooms import Rooms
from visits.api.seats import Seats
from visits.api.settings import Settings
from visits.api.sheets import Sheets
from visits.api.store_thread import StoreThread
from visits.cosigner import Cosigner
from visits.ports import Clock
from visits.store.database import Database


class Switchboard:
    """Use it as an async context, from one event loop. Entering opens the store and raises Unavailable."""

    def __init__(self, database: Database, settings: Settings, clock: Clock, cosigner: Cosigner) -> None:
        self.settings = settings
        self.clock = clock
        self.cosigner = cosigner
        self.store = StoreThread(database)
        self.laptops = Laptops()
        self.rooms = Rooms(self.laptops, clock)
        self.sheets = Sheets(self.store, self.laptops, self.rooms, clock)
        self.seats = Seats(settings.most_visitors)

    async def __aenter__(self) -> Self:
        await self.store.open()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.store.close()
