"""Which laptops are connected now, one connection each. Only the event loop may touch it."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from contract.refusals import RefusalCode
from contract.strict import Message
from visits.domain.records import Digest
from visits.errors import Refused
from visits.ports import Speaker


@dataclass
class _Place:
    token: Digest
    speaker: Speaker
    is_greeted: bool = False
    is_left: asyncio.Event = field(default_factory=asyncio.Event)


class Laptops:
    """Connected laptops by id. A laptop holds its place from the upgrade and is spoken to from its hello on."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}

    async def wait_for_place(self, laptop_id: int, longest: timedelta) -> None:
        """Wait until the laptop's place is free, for `longest` at most: its own dead connection may still have it."""
        place = self._places.get(laptop_id)
        if place is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(longest.total_seconds()):
                    await place.is_left.wait()

    def enter(self, laptop_id: int, token: Digest, speaker: Speaker) -> None:
        """Take the laptop's one place. Raises Refused LAPTOP_ELSEWHERE while another connection has it."""
        if laptop_id in self._places:
            raise Refused(RefusalCode.LAPTOP_ELSEWHERE)
        self._places[laptop_id] = _Place(token, speaker)

    def greet(self, laptop_id: int) -> None:
        """The laptop has been welcomed: from now on it is told things."""
        self._places[laptop_id].is_greeted = True

    def leave(self, laptop_id: int, speaker: Speaker) -> None:
        """Give the place back. Safe twice, and for a speaker that never got it."""
        place = self._places.get(laptop_id)
        if place is not None and place.speaker is speaker:
            del self._places[laptop_id]
            place.is_left.set()

    def is_connected(self, laptop_id: int) -> bool:
        """Whether the laptop is there and has been welcomed."""
        place = self._places.get(laptop_id)
        return place is not None and place.is_greeted

    def connected(self) -> list[int]:
        """The laptops that are there and have been welcomed."""
        return [laptop_id for laptop_id, place in self._places.items() if place.is_greeted]

    def tokens(self) -> dict[int, Digest]:
        """With which token each laptop that has a place came in."""
        return {laptop_id: place.token for laptop_id, place in self._places.items()}

    def turn_out(self, laptop_id: int) -> None:
        """End the connection of a laptop whose token no longer stands."""
        self._places[laptop_id].speaker.hang_up(Refused(RefusalCode.NOT_A_LAPTOP).message)

    def say(self, laptop_id: int, message: Message) -> None:
        """Tell the laptop, if it is there; it is told all anew when it comes back."""
        if self.is_connected(laptop_id):
            self._places[laptop_id].speaker.say(message)
