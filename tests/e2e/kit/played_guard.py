"""The guard's end of the socket, played: sends every scene, hears every fact, and refuses what a guard refuses."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from kiosk.deeds import DeedKind
from kiosk.ipc import FROM_SHELL, Alive, Answered, Asked, FromShell, Key, KeysSwallowed, Pressed, Show, ToShell
from kiosk.scenes import AnyScene, Frame, Panel
from tests.e2e.kit.officer import OFFICER, PIN

BREATH_S: Final = 0.5
WITHIN_S: Final = 15.0
EVERYTHING: Final = Panel(deeds=tuple(DeedKind), extend_minutes=(5, 10))
F = TypeVar("F", bound=FromShell)


class PlayedGuard:
    """One shell at a time. `accepted` are the deeds that a guard would have let happen: those with the right PIN."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.heard: list[FromShell] = []
        self.accepted: list[Asked] = []
        self.ended_at = 0.0  # the loop's time of the last End
        self._server: asyncio.Server | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._breathing: asyncio.Task[None] | None = None
        self._show: Show | None = None
        self._news = asyncio.Condition()

    async def open(self) -> None:
        self._server = await asyncio.start_unix_server(self._serve, self.path)
        self._breathing = asyncio.create_task(self._breathe(), name="played guard breathes")

    async def _breathe(self) -> None:
        while True:
            self.says(Alive())
            await asyncio.sleep(BREATH_S)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self.says(Alive())
        if self._show is not None:
            self.says(self._show)
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                await self._hear(FROM_SHELL.validate_json(line))
        writer.close()

    async def _hear(self, fact: FromShell) -> None:
        if isinstance(fact, Asked):
            right = (fact.officer.number, fact.officer.pin) == (OFFICER, PIN)
            if right:
                self.accepted.append(fact)
            self.says(Answered(accepted=right, text="Done." if right else "That PIN is not right."))
        if isinstance(fact, Pressed) and fact.key is Key.END_NOW:
            self.ended_at = asyncio.get_running_loop().time()
        async with self._news:
            self.heard.append(fact)
            self._news.notify_all()

    def says(self, message: ToShell) -> None:
        """Say this to the shell, if one is there."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(message.model_dump_json().encode() + b"\n")

    def shows(self, frame: Frame, scene: AnyScene, panel: Panel = EVERYTHING) -> None:
        """Put this on the screen; the panel offers everything, so that much could be asked for."""
        self._show = Show(frame=frame, scene=scene, panel=panel)
        self.says(self._show)

    async def until(self, claim: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> None:
        """Wait until what was heard makes `claim` true."""
        try:
            async with asyncio.timeout(within_s), self._news:
                await self._news.wait_for(claim)
        except TimeoutError:
            raise AssertionError(f"not heard within {within_s} s: {what}") from None

    def all(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.heard if isinstance(fact, kind)]

    def presses(self, key: Key) -> int:
        return sum(fact.key is key for fact in self.all(Pressed))

    @property
    def swallowed(self) -> int:
        return sum(fact.count for fact in self.all(KeysSwallowed))

    async def close(self) -> None:
        if self._breathing is not None:
            self._breathing.cancel()
            await asyncio.gather(self._breathing, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
