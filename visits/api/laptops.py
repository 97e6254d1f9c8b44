"""Which laptops are connected now, one connection each. Only the event loop may touch it."""

import asyncio
import hmac
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contract.refusals import RefusalCode
from contract.strict import Message
from visits.api.lost_streams import LostStreams
from visits.domain.identity import Certificate
from visits.errors import Refused
from visits.ports import Speaker


@dataclass
class _Place:
    certificate: Certificate
    speaker: Speaker
    is_greeted: bool = False
    stream_id: str | None = None
    is_left: asyncio.Event = field(default_factory=asyncio.Event)


class Laptops:
    """Connected laptops by id. A laptop holds its place from the upgrade and is spoken to from its hello on."""

    def __init__(self) -> None:
        self._places: dict[int, _Place] = {}
        self.lost = LostStreams()

    def make_way(self, laptop_id: int, untrusted_stream_id: str | None) -> None:
        """Let go of the laptop's connection if the newcomer knows the name of its stream: then it is the same laptop,
        which has moved to another network, and cannot say goodbye where it was."""
        place = self._places.get(laptop_id)
        if place is None or place.stream_id is None or untrusted_stream_id is None:
            return
        if hmac.compare_digest(place.stream_id.encode(), untrusted_stream_id.encode("utf-8", "surrogateescape")):
            place.speaker.cut_off()

    async def wait_for_place(self, laptop_id: int, longest: timedelta) -> None:
        """Wait until the laptop's place is free, for `longest` at most: its own dead connection may still have it."""
        place = self._places.get(laptop_id)
        if place is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(longest.total_seconds()):
                    await place.is_left.wait()

    def enter(self, certificate: Certificate, speaker: Speaker) -> None:
        """Take the one place of the laptop whose certificate it is.

        Raises Refused LAPTOP_ELSEWHERE while another connection has it.
        """
        laptop_id = certificate.laptop_id
        if laptop_id in self._places:
            raise Refused(RefusalCode.LAPTOP_ELSEWHERE)
        self._places[laptop_id] = _Place(certificate, speaker)

    def greet(self, laptop_id: int, stream_id: str | None = None) -> None:
        """The laptop has been welcomed, with this stream: from now on it is told things."""
        place = self._places[laptop_id]
        place.is_greeted, place.stream_id = True, stream_id

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

    def with_places(self) -> list[int]:
        """The laptops that are there, welcomed or not yet."""
        return list(self._places)

    def has_place(self, laptop_id: int) -> bool:
        """Whether the laptop is there, welcomed or not yet."""
        return laptop_id in self._places

    def certificate_of(self, laptop_id: int) -> Certificate | None:
        """With which certificate the laptop came, if it is there, as it stood then."""
        place = self._places.get(laptop_id)
        return None if place is None else place.certificate

    def expired(self, now: datetime) -> list[Certificate]:
        """The certificates that have expired beneath a connection."""
        return [place.certificate for place in self._places.values() if now >= place.certificate.not_after]

    def turn_out(self, certificate: Certificate) -> None:
        """End the connection that came with a certificate that no longer stands, if it is still there."""
        place = self._places.get(certificate.laptop_id)
        if place is not None and place.certificate.serial == certificate.serial:
            place.speaker.hang_up(Refused(RefusalCode.NOT_A_LAPTOP).message)

    def say(self, laptop_id: int, message: Message) -> None:
        """Tell the laptop, now or when it comes back; one that begins anew then is told all afresh."""
        if self.is_connected(laptop_id):
            self._places[laptop_id].speaker.say(message)
        else:
            self.lost.say(laptop_id, message)
