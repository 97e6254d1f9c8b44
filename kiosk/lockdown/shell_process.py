"""The shell as a child of the guard: started, started again when it dies, killed when it hangs."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Sequence
from typing import Final

LOG: Final = logging.getLogger(__name__)
FIRST_PAUSE_S: Final = 0.2
LONGEST_PAUSE_S: Final = 5.0
STEADY_AFTER_S: Final = 30.0
STOP_WITHIN_S: Final = 2.0


class ShellProcess:
    """Keeps one shell running. `kill` is for one that hangs; `stop` ends it for good."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start the shell and keep it running. Safe twice."""
        if self._keeper is not None:
            return
        self._keeper = asyncio.create_task(self._keep(), name="keep the shell running")

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE_S
        while True:
            began = loop.time()
            try:
                self._process = await asyncio.create_subprocess_exec(*self._command)
                LOG.error("the shell ended with status %s; starting it again", await self._process.wait())
            except OSError as error:
                LOG.error("the shell cannot be started: %s", error.strerror)
            pause = FIRST_PAUSE_S if loop.time() - began > STEADY_AFTER_S else min(2 * pause, LONGEST_PAUSE_S)
            await asyncio.sleep(pause)

    def kill(self) -> None:
        """Kill a shell that hangs; the keeper starts another. Safe when there is none."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()

    async def stop(self) -> None:
        """End the shell, gently first. Safe twice."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
            try:
                async with asyncio.timeout(STOP_WITHIN_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()
