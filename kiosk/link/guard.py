"""The shell's line to the guard: one Unix socket, kept up, one JSON line a message."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Final, Protocol

from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from kiosk.ipc import TO_SHELL, Alive, FromShell, ShellHello, ToShell

LOG: Final = logging.getLogger(__name__)
LONGEST_LINE_BYTES: Final = 2 * LONGEST_SHEET_BYTES  # its quotes escaped once more
SAY_ALIVE_EVERY_S: Final = 1.0
RETRY_S: Final = 0.5
SILENT_AFTER_S: Final = 3.0
LOOK_EVERY_S: Final = 0.5
STEPS_AFTER_END: Final = 2  # whole ones
GONE_AFTER_S: Final = 10.0
END_WAITS_S: Final = 120.0  # a guard that hangs is ended by its watchdog, one that hangs as it starts after 90 s


class GuardListener(Protocol):
    """Who hears the guard."""

    @property
    def waits_to_end(self) -> bool:
        """Whether an END is still to be said to a guard: this shell should not go before."""
        ...

    def from_guard(self, message: ToShell) -> None:
        """One message."""
        ...

    def guard_up(self) -> None:
        """A guard is there, and knows nothing yet."""
        ...

    def guard_silent(self) -> None:
        """The guard is gone, or has said nothing for 3 s, or for 1 s after an END."""
        ...


class GuardLink:
    """Keeps a line to the guard at `path`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: asyncio.StreamWriter | None = None
        self._heard_at: float | None = None  # the loop's time of the guard's last word
        self._is_up = False  # it has spoken on this line

    async def run(self, listener: GuardListener) -> None:
        """Connect, and connect again whenever the line is lost.

        Returns when a guard that was there has said nothing for 10 s: whoever starts shells then starts another. An
        END that no guard has heard would be lost with this shell: with one it waits two minutes.
        """
        said = ""
        while not self._is_gone_for_good(END_WAITS_S if listener.waits_to_end else GONE_AFTER_S):
            why = "closed"
            try:
                await self._connected(listener)
            except (OSError, Malformed, ValueError, asyncio.LimitOverrunError, TimeoutError) as error:
                why = type(error).__name__
            if why != said:  # once, not at every try
                LOG.warning("no line to the guard: %s", why)
            said = why
            listener.guard_silent()
            await asyncio.sleep(RETRY_S)

    def _is_gone_for_good(self, patience_s: float) -> bool:
        return self._heard_at is not None and asyncio.get_running_loop().time() - self._heard_at > patience_s

    def send(self, fact: FromShell) -> None:
        """Say this to the guard; without one nothing said matters."""
        if self._writer is not None:
            self._writer.write(fact.model_dump_json().encode() + b"\n")

    async def _connected(self, listener: GuardListener) -> None:
        reader, writer = await asyncio.open_unix_connection(self._path, limit=LONGEST_LINE_BYTES)
        self._writer = writer
        self.send(ShellHello(pid=os.getpid()))
        breathing = asyncio.create_task(self._breathe(), name="tell the guard we are alive")
        try:
            while line := await self._next_line(reader, listener):
                self._heard_at = asyncio.get_running_loop().time()
                if not self._is_up:  # a guard that hangs takes connections too, so it must have spoken
                    self._is_up = True
                    listener.guard_up()
                listener.from_guard(parse(line, TO_SHELL, LONGEST_LINE_BYTES))
        finally:
            self._writer, self._is_up = None, False
            breathing.cancel()
            await asyncio.gather(breathing, return_exceptions=True)
            writer.close()

    async def _next_line(self, reader: asyncio.StreamReader, listener: GuardListener) -> bytes:
        """The guard's next word. Raises TimeoutError when none has come for SILENT_AFTER_S.

        It is looked for in short steps: a shell that stood still itself must not take that for the guard's silence.
        After an END a guard that is up answers at once, or it hangs: nobody looks at a picture for longer than that.
        """
        reading = asyncio.create_task(reader.readline(), name="hear the guard")
        try:
            steps_since_end = 0
            for _ in range(round(SILENT_AFTER_S / LOOK_EVERY_S)):
                steps_since_end += self._is_up and listener.waits_to_end
                if (await asyncio.wait([reading], timeout=LOOK_EVERY_S))[0]:
                    return reading.result()
                if steps_since_end >= STEPS_AFTER_END:
                    break
            raise TimeoutError
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def _breathe(self) -> None:
        while True:
            await asyncio.sleep(SAY_ALIVE_EVERY_S)
            self.send(Alive())
