"""The guard's second socket, for the machine's own root or the guard's user: it can end a call, and be asked."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter

from contract.strict import Message, parse
from kiosk.lockdown.listener import Caller, Door, Listener

LONGEST_LINE_BYTES: Final = 256
ASK_WITHIN_S: Final = 2.0


class End(Message):
    """End whatever there is to end, now."""

    type: Literal["end"]


class Question(Message):
    """Say how the lockdown stands, whether the laptop may be updated now, or whether all is well. Changes nothing."""

    type: Literal["check", "update", "healthy"]


class Ready(Message):
    """Check whether the laptop is ready for a call, and say what came of it."""

    type: Literal["ready"]


class Drift(Message):
    """Record what a comparison with the acceptance report found: the subjects that differ, in words, or none."""

    type: Literal["drift"]
    found: Annotated[tuple[Annotated[str, StringConstraints(pattern=r"^[A-Za-z ]{1,20}$")], ...], Field(max_length=9)]


AnyAsked: TypeAlias = End | Question | Ready | Drift
ASKED: Final[TypeAdapter[AnyAsked]] = TypeAdapter(Annotated[AnyAsked, Field(discriminator="type")])
NOTED: Final = b'{"recorded":true}\n'
DONE: Final = b'{"ended":true}\n'


class ControlSocket:
    """Listens at `path`, for root and the guard's user: `end` ends the call, `says` has a line for each question,
    `drift` is recorded.

    `ready` takes its time, and has its own end.
    """

    def __init__(
        self,
        path: Path,
        end: Callable[[], None],
        says: Mapping[str, Callable[[], str]],
        ready: Callable[[], Awaitable[str]],
        drift: Callable[[tuple[str, ...]], None],
    ) -> None:
        self._end, self._says, self._ready, self._drift = end, says, ready, drift
        door = Door(path, lambda who: who.uid in (0, os.geteuid()), LONGEST_LINE_BYTES)
        self._listener = Listener(door, self._serve)

    async def open(self) -> None:
        """Start to listen; a socket file left by a dead guard is replaced."""
        await self._listener.open()

    async def close(self) -> None:
        """Stop listening. Safe twice."""
        await self._listener.close()

    async def _serve(self, caller: Caller) -> None:
        async with asyncio.timeout(ASK_WITHIN_S):
            asked = parse(await caller.reader.readline(), ASKED, LONGEST_LINE_BYTES)
        if isinstance(asked, Question):
            caller.writer.write(self._says[asked.type]().encode() + b"\n")
        elif isinstance(asked, Ready):
            caller.is_known = True  # who waits for a check is not pushed out by others
            caller.writer.write((await self._ready()).encode() + b"\n")
        elif isinstance(asked, Drift):
            self._drift(asked.found)
            caller.writer.write(NOTED)
        else:
            self._end()
            caller.writer.write(DONE)
        await caller.writer.drain()
