"""One real process of the house under test, with its own process group and its log."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

STOP_WITHIN_S: Final = 8.0


class Process:
    """Started by `start`; `stop` asks, `kill` does not; both leave nothing of the group."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process, self._log = process, log

    @classmethod
    async def start(
        cls, log: Path, *command: str, env: Mapping[str, str] | None = None, said: str | None = None
    ) -> "Process":
        """Start it; `said` is what it can read, once."""
        with log.open("ab") as out:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL if said is None else asyncio.subprocess.PIPE,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )
        if said is not None and process.stdin is not None:
            process.stdin.write(said.encode() + b"\n")
            process.stdin.close()
        return cls(process, log)

    @classmethod
    async def python(cls, log: Path, *module: str, env: Mapping[str, str] | None = None) -> "Process":
        """Start `python -m MODULE...` with the interpreter of the tests."""
        return await cls.start(log, sys.executable, "-m", *module, env=env)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    @property
    def children(self) -> list[int]:
        """The processes it has started, by id."""
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    async def wait(self) -> int:
        return await self._process.wait()

    async def stop(self) -> int:
        """Ask it to end; its exit status. Safe twice."""
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.send_signal(signal.SIGTERM)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), STOP_WITHIN_S)
            os.killpg(self.pid, signal.SIGKILL)
        return await self._process.wait()
