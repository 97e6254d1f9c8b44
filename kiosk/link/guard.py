"""The shell's line to the guard: one Unix socket, kept up, one JSON line a message."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.strict import LONGEST_MESSAGE_BYTES, Malformed, parse
from kiosk.ipc import TO_SHELL, Alive, FromShell, ShellHello, ToShell

LOG: Final = logging.getLogger(__name__)
LONGEST_LINE_BYTES: Final = 2 * LONGEST_MESSAGE_BYTES
SAY_ALIVE_EVERY_S: Final = 1.0
RETRY_S: Final = 0.5
SILENT_AFTER_S: Final = 3.0


class GuardLink:
    """Keeps a line to the guard. `on_silent` is called once each time the guard has said nothing for 3 s."""

    def __init__(self, path: Path, *, on_message: Callable[[ToShell], None], on_silent: Callable[[], None]) -> None:
        self._path, self._on_message, self._on_silent = path, on_message, on_silent
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Connect, and connect again whenever the line is lost, until cancelled."""
        while True:
            try:
                await self._connected()
            except (OSError, Malformed, ValueError, asyncio.LimitOverrunError, TimeoutError) as error:
                LOG.warning("no line to the guard: %s", type(error).__name__)
            self._on_silent()
            await asyncio.sleep(RETRY_S)

    def send(self, fact: FromShell) -> None:
        """Say this to the guard; without one nothing said matters."""
        if self._writer is not None:
            self._writer.write(fact.model_dump_json().encode() + b"\n")

    async def _connected(self) -> None:
        reader, writer = await asyncio.open_unix_connection(self._path, limit=LONGEST_LINE_BYTES)
        self._writer = writer
        self.send(ShellHello(pid=os.getpid()))
        breathing = asyncio.create_task(self._breathe(), name="tell the guard we are alive")
        try:
            while line := await asyncio.wait_for(reader.readline(), SILENT_AFTER_S):
                self._on_message(parse(line, TO_SHELL))
        finally:
            self._writer = None
            breathing.cancel()
            await asyncio.gather(breathing, return_exceptions=True)
            writer.close()

    async def _breathe(self) -> None:
        while True:
            await asyncio.sleep(SAY_ALIVE_EVERY_S)
            self.send(Alive())
