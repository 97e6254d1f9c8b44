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
        self._on_laptop: dict[int, dict[str, Room]] = {}

    def of(self, visit: Visit) -> Room:
        """The room of `visit`, knowing it as it is now."""
        booking_id, laptop_id = visit.call.booking_id, visit.call.laptop.laptop_id
        room = self._rooms.get(booking_id)
        if room is None:
            room = self._rooms[booking_id] = Room(visit, self._laptops, self._clock)
        else:
            self._take_off(room)
            room.know(visit)
        self._on_laptop.setdefault(laptop_id, {})[booking_id] = room
        return room

    def get(self, booking_id: str) -> Room | None:
        """The room of this booking, if there is one."""
        return self._rooms.get(booking_id)

    def on_laptop(self, laptop_id: int) -> list[Room]:
        """The rooms of one laptop's bookings."""
        return list(self._on_laptop.get(laptop_id, {}).values())

    def sweep(self) -> None:
        """Forget rooms that are empty and long over."""
        now = self._clock.now()
        over = [key for key, room in self._rooms.items() if room.is_empty and now > room.visit.hard_stop_at + KEPT_FOR]
        for key in over:
            self._take_off(self._rooms.pop(key))

    def _take_off(self, room: Room) -> None:
        call = room.visit.call
        self._on_laptop[call.laptop.laptop_id].pop(call.booking_id)
        if not self._on_laptop[call.laptop.laptop_id]:
            del self._on_laptop[call.laptop.laptop_id]

    def __iter__(self) -> Iterator[Room]:
        return iter(list(self._rooms.values()))
