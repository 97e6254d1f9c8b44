"""All rooms with somebody or something in them. Only the event loop may touch it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from visits.api.laptops import Laptops
from visits.api.room import Room
from visits.domain.window import Visit
from visits.ports import Clock

KEPT_FOR: Final = timedelta(hours=1)  # after the hard stop, for a laptop that reports late


class Rooms:
    """Rooms by booking id. A room is made when it is first needed."""

    def __init__(self, laptops: Laptops, clock: Clock) -> None:
        self._laptops = laptops
        self._clock = clock
        self._rooms: dict[str, Room] = {}

    def of(self, visit: Visit) -> Room:
        """The room of `visit`, knowing it as it is now."""
        room = self._rooms.get(visit.call.booking_id)
        if room is None:
            room = self._rooms[visit.call.booking_id] = Room(visit, self._laptops, self._clock)
        else:
            room.know(visit)
        return room

    def get(self, booking_id: str) -> Room | None:
        """The room of this booking, if there is one."""
        return self._rooms.get(booking_id)

    def on_laptop(self, laptop_id: int) -> list[Room]:
        """The rooms of one laptop's bookings."""
        return [room for room in self if room.visit.call.laptop.laptop_id == laptop_id]

    def sweep(self) -> None:
        """Forget rooms that are empty and long over."""
        now = self._clock.now()
        over = [key for key, room in self._rooms.items() if room.is_empty and now > room.visit.hard_stop_at + KEPT_FOR]
        for key in over:
            del self._rooms[key]

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._rooms.values()))
