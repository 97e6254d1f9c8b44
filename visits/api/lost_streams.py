"""Streams of laptops whose line was lost, kept for a while so that they go on where they were. Told the time."""

from dataclasses import dataclass
from typing import Final

from contract.laptop_link import StreamAsked
from contract.media import Received
from contract.stream import Broken, Stream
from contract.strict import Message

KEPT_FOR_S: Final = 60.0


@dataclass(frozen=True)
class _Lost:
    stream: Stream
    at: float


class LostStreams:
    """By laptop. A laptop that comes back with another stream, or none, has let go of the one that is kept."""

    def __init__(self) -> None:
        self._lost: dict[int, _Lost] = {}

    def keep(self, laptop_id: int, stream: Stream, now: float) -> None:
        """The laptop's line was lost at `now`."""
        self._lost[laptop_id] = _Lost(stream, now)

    def take(self, laptop_id: int, asked: StreamAsked | None, now: float) -> tuple[Stream, list[str]] | None:
        """The stream that the laptop asks to go on with, and the frames it lacks; None where both begin anew."""
        lost = self._lost.pop(laptop_id, None)
        if lost is None or asked is None or asked.stream_id != lost.stream.stream_id or now > lost.at + KEPT_FOR_S:
            return None
        try:
            return lost.stream, list(lost.stream.again(asked.heard))
        except Broken:
            return None

    def say(self, laptop_id: int, message: Message) -> None:
        """Keep this for a laptop that may come back. Reports of media are of use only at once, and are dropped."""
        lost = self._lost.get(laptop_id)
        if lost is not None and not isinstance(message, Received):
            try:
                lost.stream.say(message)
            except Broken:
                del self._lost[laptop_id]

    def keeps(self, laptop_id: int) -> bool:
        """Whether the laptop may still come back to where it was."""
        return laptop_id in self._lost

    def sweep(self, now: float) -> None:
        """Let go of what nobody came back for."""
        for laptop_id in [each for each, lost in self._lost.items() if now > lost.at + KEPT_FOR_S]:
            del self._lost[laptop_id]
