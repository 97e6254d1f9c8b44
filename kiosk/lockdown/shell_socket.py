"""The guard's Unix socket: one shell at a time, of the right user, one JSON line a message; else refused."""

import asyncio
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.strict import LONGEST_SHEET_BYTES, parse
from kiosk.ipc import FROM_SHELL, FromShell, ShellHello, ToShell
from kiosk.lockdown.listener import Caller, Door, Listener
from kiosk.lockdown.peer_process import PeerProcess

LOG: Final = logging.getLogger(__name__)
LONGEST_LINE_BYTES: Final = 2 * LONGEST_SHEET_BYTES  # a sheet, with its quotes escaped
HELLO_WITHIN_S: Final = 5.0
UNREAD_LIMIT_BYTES: Final = 4 * 1024 * 1024  # a shell that reads nothing is hung


class ShellSocket:
    """Listens at `path`. `on_fact` gets each message, `on_gone` hears the shell go.

    `is_shell` says of a user and a process id, both from the kernel, whether that may be the shell. On a laptop the
    socket is also open to the group `gid`, which is the shell's alone.
    """

    def __init__(
        self,
        path: Path,
        *,
        is_shell: Callable[[int, int], bool],
        on_fact: Callable[[FromShell], None],
        on_gone: Callable[[], None],
        gid: int | None = None,
    ) -> None:
        self._on_fact, self._on_gone = on_fact, on_gone
        door = Door(path, lambda who: is_shell(who.uid, who.pid), LONGEST_LINE_BYTES, gid)
        self._listener = Listener(door, self._serve)
        self._shell: Caller | None = None
        self._process: PeerProcess | None = None

    @property
    def has_shell(self) -> bool:
        """Whether a shell is connected."""
        return self._shell is not None

    @property
    def shell_pid(self) -> int | None:
        """The process at the other end, by the kernel's word; None without one."""
        return None if self._shell is None else self._shell.who.pid

    async def open(self) -> None:
        """Start to listen; a socket file left by a dead guard is replaced."""
        await self._listener.open()

    async def close(self) -> None:
        """Stop listening and drop the shell. Safe twice."""
        await self._listener.close()

    def send(self, message: ToShell) -> None:
        """Say this to the shell, if there is one; a shell that reads nothing is dropped."""
        if self._shell is None or self._shell.writer.is_closing():  # one that was killed may not be known to be gone
            return
        self._shell.writer.write(message.model_dump_json().encode() + b"\n")
        if self._shell.writer.transport.get_write_buffer_size() > UNREAD_LIMIT_BYTES:
            LOG.error("the shell reads nothing; dropping it")
            self._shell.cut_off()

    def drop(self) -> None:
        """Cut the shell's line. Safe without one."""
        if self._shell is not None:
            self._shell.cut_off()

    def kill(self) -> None:
        """Kill the shell that is connected, whoever started it. Safe without one."""
        if self._process is not None:
            self._process.kill()
        self.drop()

    async def _serve(self, caller: Caller) -> None:
        process = PeerProcess(caller.who)  # before it says a word: whoever it is then, it is still
        try:
            async with asyncio.timeout(HELLO_WITHIN_S):
                first = parse(await caller.reader.readline(), FROM_SHELL, LONGEST_LINE_BYTES)
            if not isinstance(first, ShellHello):
                raise ConnectionError("the first message was not hello")
            if self._shell is not None:
                raise ConnectionError("there is a shell already")
            caller.is_known = True
            self._shell, self._process = caller, process
            try:
                await self._hear(caller, first)
            finally:
                self._shell = self._process = None
                self._on_gone()
        finally:
            process.close()

    async def _hear(self, caller: Caller, first: FromShell) -> None:
        self._on_fact(first)
        while line := await caller.reader.readline():
            self._on_fact(parse(line, FROM_SHELL, LONGEST_LINE_BYTES))
            await asyncio.sleep(0)  # a line that is there already is read without a pause, and END has sockets too


def own_uid() -> int:
    """The user id of this process."""
    return os.geteuid()


def is_of_our_group(pid: int) -> bool:
    """Whether a process belongs to the group of this one: our children do, unless they left it."""
    try:
        return os.getpgid(pid) == os.getpgrp()
    except ProcessLookupError:
        return False
