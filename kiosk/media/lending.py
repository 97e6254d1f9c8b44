"""Lends one of our tracks to the connection that has its turn; a connection that ends never stops the source."""

import asyncio
from typing import Any

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.frame import Frame
from av.packet import Packet


class Lending:
    """Our camera, or our microphone, in a call whose connection may be renewed. Belongs to the loop."""

    def __init__(self, source: MediaStreamTrack) -> None:
        self.source = source
        self.one_at_a_time = asyncio.Lock()
        self._holder: Lent | None = None

    def lend(self) -> "Lent":
        """A track for one more connection; nothing comes out of it before `give_to`."""
        return Lent(self)

    def give_to(self, lent: "Lent") -> None:
        """From now on this one sends, and no other."""
        self._holder = lent
        lent.turn.set()

    def is_held_by(self, lent: "Lent") -> bool:
        """Whether it is this one's turn."""
        return self._holder is lent


class Lent(MediaStreamTrack):
    """What one connection sends of the source, while it has its turn."""

    def __init__(self, lending: Lending) -> None:
        super().__init__()
        self.kind = lending.source.kind
        self.turn = asyncio.Event()
        self._lending = lending

    async def recv(self) -> "Frame | Packet[Any]":  # PyAV's class takes an argument in its stubs only
        """The source's next, in our turn. The last of the one before us may still be on its way when ours begins."""
        while self.readyState == "live":
            await self.turn.wait()
            async with self._lending.one_at_a_time:
                if self._lending.is_held_by(self):
                    return await self._lending.source.recv()
            self.turn.clear()
        raise MediaStreamError

    def stop(self) -> None:
        """The connection is over; the source is not."""
        super().stop()
        self.turn.set()
