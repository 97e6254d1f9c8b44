"""Numbered messages that survive a lost line: nothing is lost, doubled or out of order. Pure: no clock, no I/O.

Each end has a `Stream`. What it says is numbered from 1 and kept until the other end has it; what it hears is taken
once, in order. When the line is lost both ends keep theirs; on the next line each says how far it has heard, and the
other says again what is missing. An end that has lost its stream, or let go of it, begins anew: then both number from
1 again and everything is stated afresh.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final

from contract.strict import Message

MOST_UNACKNOWLEDGED: Final = 128  # messages; fewer than a connection may send at once (docs/protocol.md)
MOST_KEPT_CHARS: Final = 2_097_152  # of what waits to be acknowledged; the newest message always has room
ACKNOWLEDGE_EVERY: Final = 8  # messages heard; what is said meanwhile acknowledges too


class Broken(Exception):
    """The two ends do not fit, or one is too far behind: this stream cannot go on, and a new one begins."""


class Stream:
    """One end. `stream_id` is the service's name for the pair; ends with different names do not belong together."""

    def __init__(self, stream_id: str) -> None:
        self.stream_id = stream_id
        self._kept: deque[tuple[int, str]] = deque()  # said, and not yet acknowledged
        self._kept_chars = 0
        self._said = 0
        self._heard = 0
        self._acknowledged = 0  # how far the other end has been told that we have heard

    # ---- saying ----

    def say(self, message: Message) -> str:
        """Number `message` and keep it: the frame to send now, or at the next line. Raises Broken when too much waits.

        After Broken the stream says nothing more; whoever has it lets go of it.
        """
        text = message.model_dump_json()
        if len(self._kept) >= MOST_UNACKNOWLEDGED or (self._kept and self._kept_chars + len(text) > MOST_KEPT_CHARS):
            raise Broken("too much waits to be acknowledged")
        self._said += 1
        self._kept.append((self._said, text))
        self._kept_chars += len(text)
        return self._frame(self._said, text)

    def acknowledged(self, up_to: int) -> None:
        """The other end has heard everything up to this number. Raises Broken for one that was never said."""
        if up_to > self._said:
            raise Broken("more is acknowledged than was said")
        while self._kept and self._kept[0][0] <= up_to:
            self._kept_chars -= len(self._kept.popleft()[1])

    def again(self, heard: int) -> Iterator[str]:
        """On a new line, whose other end has heard up to `heard`: the frames it lacks. Raises Broken before the first.

        Take them all before anything else is said.
        """
        if heard + len(self._kept) < self._said:
            raise Broken("what is missing is no longer kept")
        self.acknowledged(heard)
        return (self._frame(number, text) for number, text in tuple(self._kept))

    # ---- hearing ----

    @property
    def heard(self) -> int:
        """How far the other end has been heard."""
        return self._heard

    def is_new(self, number: int) -> bool:
        """Whether the message with this number is the next one; False for one that was heard before. Raises Broken."""
        if number > self._heard + 1:
            raise Broken("a message is missing")
        return number == self._heard + 1

    def has_heard(self, number: int) -> None:
        """The message that was new has been dealt with, all of it: from now on it is an old one."""
        self._heard = max(self._heard, number)

    def acknowledgement(self, every: int = ACKNOWLEDGE_EVERY) -> int | None:
        """What to acknowledge now, if that many messages have been heard since the other end was last told."""
        if self._heard - self._acknowledged < every:
            return None
        self._acknowledged = self._heard
        return self._heard

    def _frame(self, number: int, text: str) -> str:
        self._acknowledged = self._heard
        return f'{{"type":"numbered","number":{number},"heard":{self._heard},"message":{text}}}'
