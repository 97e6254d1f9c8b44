"""Starts the demo's processes and ends them, every one, in order, whatever happens."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

STOP_WITHIN_S: Final = 5.0
TAIL_LINES: Final = 15


class StageError(Exception):
    """The demo cannot go on; the text is one sentence."""


@dataclass
class Actor:
    """One process of the demo, with its log."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def tail(self) -> str:
        """The end of what it printed, for a person to read when something went wrong."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


class Stage:
    """The running processes. Each has its own process group, so that a Ctrl+C reaches the demo alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._actors: list[Actor] = []

    async def start(self, name: str, *command: str, env: Mapping[str, str] | None = None) -> Actor:
        """Start `python -m COMMAND...`; its output goes to a log in the demo's folder."""
        log = self._folder / f"{name}.log"
        with log.open("wb") as out:
            process = await _spawn(command, out, env)
        actor = Actor(name, process, log)
        self._actors.append(actor)
        return actor

    def leave(self, actor: Actor) -> None:
        """This one has done its part."""
        self._actors.remove(actor)

    def tails(self) -> str:
        """The end of what each process printed, for a person to read when something went wrong."""
        return "\n".join(f"--- {actor.name}\n{actor.tail()}" for actor in self._actors)

    def pid(self, name: str) -> int:
        """The process id of the actor with this name."""
        return next(actor.process.pid for actor in self._actors if actor.name == name)

    def check_alive(self) -> None:
        """Raises StageError if a process that should still run has ended."""
        for actor in self._actors:
            may_end = actor.name == "visitor" and not actor.process.returncode
            if actor.process.returncode is not None and not may_end:
                raise StageError(f"The {actor.name} ended by itself.")

    async def close(self) -> None:
        """End everything, last started first. Safe twice."""
        while self._actors:
            await _end(self._actors.pop().process)


async def _spawn(command: Sequence[str], out: IO[bytes], env: Mapping[str, str] | None) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=out,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(env or {})},
        start_new_session=True,
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    """Ask the process to stop; what is left of its group after a while is killed."""
    with contextlib.suppress(ProcessLookupError):
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STOP_WITHIN_S):
                    await process.wait()
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
