"""Which laptops are connected now, one connection each. Only the event loop may touch it."""

from contract.refusals import RefusalCode
from contract.strict import Message
from visits.domain.records import Digest
from visits.errors import Refused
from visits.ports import Speaker


class Laptops:
    """Connected laptops by id. A laptop holds its place from the upgrade and is spoken to from its hello on."""

    def __init__(self) -> None:
        self._places: dict[int, Speaker] = {}
        self._tokens: dict[int, Digest] = {}
        self._greeted: set[int] = set()

    def enter(self, laptop_id: int, token: Digest, speaker: Speaker) -> None:
        """Take the laptop's one place. Raises Refused LAPTOP_ELSEWHERE while another connection has it."""
        if laptop_id in self._places:
            raise Refused(RefusalCode.LAPTOP_ELSEWHERE)
        self._places[laptop_id], self._tokens[laptop_id] = speaker, token

    def greet(self, laptop_id: int) -> None:
        """The laptop has been welcomed: from now on it is told things."""
        self._greeted.add(laptop_id)

    def leave(self, laptop_id: int, speaker: Speaker) -> None:
        """Give the place back. Safe twice, and for a speaker that never got it."""
        if self._places.get(laptop_id) is speaker:
            del self._places[laptop_id], self._tokens[laptop_id]
            self._greeted.discard(laptop_id)

    def is_connected(self, laptop_id: int) -> bool:
        """Whether the laptop is there and has been welcomed."""
        return laptop_id in self._greeted

    def connected(self) -> list[int]:
        """The laptops that are there and have been welcomed."""
        return list(self._greeted)

    def tokens(self) -> dict[int, Digest]:
        """With which token each laptop that has a place came in."""
        return dict(self._tokens)

    def turn_out(self, laptop_id: int) -> None:
        """End the connection of a laptop whose token no longer stands."""
        self._places[laptop_id].hang_up(Refused(RefusalCode.NOT_A_LAPTOP).message)

    def say(self, laptop_id: int, message: Message) -> None:
        """Tell the laptop, if it is there; it is told all anew when it comes back."""
        if laptop_id in self._greeted:
            self._places[laptop_id].say(message)
