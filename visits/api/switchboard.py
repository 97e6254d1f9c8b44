"""What the endpoints share: the store, the time, and who is connected now. Built once for each running service."""

import logging
from typing import Self

from contract.refusals import RefusalCode
from visits.api.arrivals import Arrivals
from visits.api.documents import Documents
from visits.api.laptops import Laptops
from visits.api.rooms import Rooms
from visits.api.rosters import Rosters
from visits.api.seats import Seats
from visits.api.settings import Settings
from visits.api.sheets import SheetPress, Sheets
from visits.api.store_thread import StoreThread
from visits.cosigner import Cosigner
from visits.errors import Expired, Refused
from visits.keys.authority import Issued
from visits.keys.live import LiveKeys
from visits.keys.request import LaptopKey
from visits.ports import Clock
from visits.store.database import Database

log = logging.getLogger(__name__)


class Switchboard:
    """Use it as an async context, from one event loop. Entering opens the store and raises Unavailable."""

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, cosigner: Cosigner, keys: LiveKeys
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.cosigner = cosigner
        self.keys = keys
        self.store = StoreThread(database)
        self.laptops = Laptops()
        self.rooms = Rooms(self.laptops, clock)
        self.sheets = Sheets(self.store, self.laptops, self.rooms, SheetPress(clock, keys, settings.sheets_last))
        self.documents = Documents(self.store, clock, self.laptops, Rosters(self.store, clock, keys))
        self.arrivals = Arrivals()
        self.ended: set[str] = set()  # certificates, by serial, that were refused for good: none ever counts again
        self.seats = Seats(settings.most_visitors)

    def issue(self, laptop: str, key: LaptopKey) -> Issued:
        """A certificate for the laptop of this name, from now on. Raises Refused once the authority has ended."""
        try:
            return self.keys.issue(laptop, key, self.clock.now(), self.settings.certificates_last)
        except Expired as error:
            log.error("%s", error)
            raise Refused(RefusalCode.RENEWAL_REFUSED, "the service's authority has expired") from error

    def forget(self, laptop_id: int) -> None:
        """The laptop has gone, and is given everything when it comes back."""
        self.sheets.forget(laptop_id)
        self.documents.forget(laptop_id)

    def forget_the_gone(self) -> None:
        """Forget the laptops that are not there, and whose stream is no longer kept for them to go on with."""
        self.laptops.lost.sweep(self.clock.monotonic())
        for laptop_id in self.sheets.known() | self.documents.known():
            if not self.laptops.has_place(laptop_id) and not self.laptops.lost.keeps(laptop_id):
                self.forget(laptop_id)

    async def __aenter__(self) -> Self:
        await self.store.open()
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.store.close()
