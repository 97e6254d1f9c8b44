"""A process of the bench's own that is spoken to in lines of JSON on its pipes. Ends only what it started."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import Mapping
from typing import Any, Final

STOP_WITHIN_S: Final = 5.0
LONGEST_LINE: Final = 1 << 26


class Piped:
    """`ask` for an answer to each word; or read `hear` for lines that come by themselves."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._asking = asyncio.Lock()

    @classmethod
    async def python(cls, *module: str, env: Mapping[str, str] | None = None) -> "Piped":
        """Start `python -m MODULE...`."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **(env or {})},
            limit=LONGEST_LINE,
        )
        return cls(process)

    async def hear(self, within_s: float = 30) -> dict[str, Any]:
        """The next line. Raises ConnectionError when there is none."""
        assert self._process.stdout is not None
        async with asyncio.timeout(within_s):
            line = await self._process.stdout.readline()
        if not line:
            raise ConnectionError("a process of the bench has ended")
        return dict(json.loads(line))

    def say(self, word: Mapping[str, Any]) -> None:
        """Say this."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(word).encode() + b"\n")

    async def ask(self, word: Mapping[str, Any], within_s: float = 30) -> dict[str, Any]:
        """Say this, and hear what comes back; one at a time."""
        async with self._asking:
            self.say(word)
            return await self.hear(within_s)

    async def close(self) -> None:
        """End it. Safe twice."""
        with contextlib.suppress(ProcessLookupError):
            if self._process.returncode is None:
                self._process.send_signal(signal.SIGTERM)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(STOP_WITHIN_S):
                        await self._process.wait()
            if self._process.returncode is None:
                self._process.kill()
        await self._process.wait()
