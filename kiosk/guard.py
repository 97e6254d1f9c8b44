"""Composition root of the guard: the authority of the laptop. It has no screen and no network socket."""

import argparse
import asyncio
import contextlib
import logging
import signal
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from kiosk.errors import IllegalTransition, Refused, Untrusted
from kiosk.ipc import Alive, FromShell
from kiosk.lockdown.clock import SystemClock
from kiosk.lockdown.ids import RandomIds
from kiosk.lockdown.shell_process import ShellProcess
from kiosk.lockdown.shell_socket import ShellSocket, is_of_our_group, own_uid
from kiosk.policy.numbers import Numbers
from kiosk.session import Place, Session

LOG: Final = logging.getLogger(__name__)
LOOK_EVERY_S: Final = 0.2
SAY_ALIVE_EVERY: Final = 5  # looks


class Guard:
    """Session, socket and shell, joined. Nothing in this version proves a lockdown, so it is always a DEMO."""

    def __init__(self, runtime: Path, shell_command: Sequence[str], numbers: Numbers) -> None:
        socket = runtime / "guard.sock"
        self._numbers = numbers
        self._socket = ShellSocket(socket, is_shell=self._is_shell, on_fact=self._hear, on_gone=self._shell_gone)
        self._session = Session(
            Place(demo=True), numbers=numbers, clock=SystemClock(), shell=self._socket, ids=RandomIds()
        )
        self._process = ShellProcess([*shell_command, "--guard", str(socket)]) if shell_command else None
        self._heard_at = time.monotonic()  # not counting sleep: a laptop that wakes has a shell that wakes
        self._has_spoken = False  # the shell that runs now

    async def run(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; then end the shell and leave nothing behind."""
        async with contextlib.AsyncExitStack() as stack:
            await self._socket.open()
            stack.push_async_callback(self._socket.close)
            if self._process is not None:
                self._process.start()
                stack.push_async_callback(self._process.stop)
            await self._look_until(stop)

    async def _look_until(self, stop: asyncio.Event) -> None:
        looks = 0
        while not stop.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)
            looks += 1
            if looks % SAY_ALIVE_EVERY == 0:
                self._socket.send(Alive())
            self._session.tick()
            self._watch_shell()

    def _watch_shell(self) -> None:
        """Kill a shell that has been silent too long; that its media has stopped, the call sees for itself."""
        silent_s = time.monotonic() - self._heard_at
        if self._process is not None and silent_s > self._patience().total_seconds():
            LOG.error("the shell has been silent for %.1f s; killing it", silent_s)
            self._shell_gone()
            self._process.kill()

    def _patience(self) -> timedelta:
        """How long a shell may be silent: least where it may still be sending a call that has ended."""
        if not self._has_spoken:
            return self._numbers.shell_starts
        return self._numbers.shell_dead_after_call if self._session.has_just_ended else self._numbers.shell_dead

    def _is_shell(self, uid: int, pid: int) -> bool:
        """Whether this may be the shell: our own user and, where we start the shell, of our own process group.

        A shell that outlived another guard is neither; it ends by itself.
        """
        return uid == own_uid() and (self._process is None or is_of_our_group(pid))

    def _hear(self, fact: FromShell) -> None:
        self._heard_at, self._has_spoken = time.monotonic(), True
        try:
            self._session.hear(fact)
        except (Refused, Untrusted, IllegalTransition) as error:
            LOG.warning("%s: %s", type(error).__name__, error)
            self._session.tick()

    def _shell_gone(self) -> None:
        self._heard_at, self._has_spoken = time.monotonic(), False
        self._session.shell_now(up=False)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the guard: `kiosk-guard --runtime DIR [-- SHELL COMMAND]`."""
    parser = argparse.ArgumentParser(prog="kiosk-guard", description="The authority of the laptop.")
    parser.add_argument("--runtime", type=Path, required=True, help="folder for the socket, writable by this user only")
    parser.add_argument("shell", nargs="*", help="after --: the command that starts the shell")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="guard %(levelname)s %(message)s")
    options.runtime.mkdir(mode=0o700, parents=True, exist_ok=True)
    asyncio.run(_serve(options.runtime, options.shell))


async def _serve(runtime: Path, shell: Sequence[str]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    await Guard(runtime, shell, Numbers()).run(stop)


if __name__ == "__main__":
    main()
