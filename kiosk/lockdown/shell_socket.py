"""The guard's Unix socket: one shell at a time, of the right user, one JSON line a message; else refused."""

import asyncio
import contextlib
import logging
import os
import socket
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Final

from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse
from kiosk.ipc import FROM_SHELL, FromShell, ShellHello, ToShell

LOG: Final = logging.getLogger(__name__)
LONGEST_LINE_BYTES: Final = 2 * LONGEST_SHEET_BYTES  # a sheet, with its quotes escaped
HELLO_WITHIN_S: Final = 5.0
UNREAD_LIMIT_BYTES: Final = 4 * 1024 * 1024  # a shell that reads nothing is hung


class ShellSocket:
    """Listens at `path`. `on_fact` gets each message, `on_gone` hears the shell go.

    `is_shell` says of a user and a process id, both from the kernel, whether that may be the shell.
    """

    def __init__(
        self,
        path: Path,
        *,
        is_shell: Callable[[int, int], bool],
        on_fact: Callable[[FromShell], None],
        on_gone: Callable[[], None],
    ) -> None:
        self._path, self._is_shell, self._on_fact, self._on_gone = path, is_shell, on_fact, on_gone
        self._server: asyncio.Server | None = None
        self._shell: asyncio.StreamWriter | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Start to listen; a socket file left by a dead guard is replaced."""
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()
        self._server = await asyncio.start_unix_server(self._met, self._path, limit=LONGEST_LINE_BYTES)
        self._path.chmod(0o600)

    async def close(self) -> None:
        """Stop listening and drop the shell. Safe twice."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        with contextlib.suppress(FileNotFoundError):
            self._path.unlink()

    def send(self, message: ToShell) -> None:
        """Say this to the shell, if there is one; a shell that reads nothing is dropped."""
        if self._shell is None:
            return
        self._shell.write(message.model_dump_json().encode() + b"\n")
        if self._shell.transport.get_write_buffer_size() > UNREAD_LIMIT_BYTES:
            LOG.error("the shell reads nothing; dropping it")
            self._shell.transport.abort()

    def drop(self) -> None:
        """Cut the shell's line. Safe without one."""
        if self._shell is not None:
            self._shell.transport.abort()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (Malformed, TimeoutError, asyncio.LimitOverrunError, ValueError, ConnectionError) as error:
            LOG.warning("a connection to the guard was refused: %s", error)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self._is_shell(*peer(writer.get_extra_info("socket"))):
            raise ConnectionError("this is not the shell")
        async with asyncio.timeout(HELLO_WITHIN_S):
            first = parse(await reader.readline(), FROM_SHELL, LONGEST_LINE_BYTES)
        if not isinstance(first, ShellHello):
            raise ConnectionError("the first message was not hello")
        if self._shell is not None:
            raise ConnectionError("there is a shell already")
        self._shell = writer
        try:
            self._on_fact(first)
            while line := await reader.readline():
                self._on_fact(parse(line, FROM_SHELL, LONGEST_LINE_BYTES))
        finally:
            self._shell = None
            self._on_gone()


def peer(connection: socket.socket) -> tuple[int, int]:
    """User id and process id at the other end, from the kernel (SO_PEERCRED)."""
    pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return int(uid), int(pid)


def own_uid() -> int:
    """The user id of this process."""
    return os.geteuid()


def is_of_our_group(pid: int) -> bool:
    """Whether a process belongs to the group of this one: our children do, unless they left it."""
    try:
        return os.getpgid(pid) == os.getpgrp()
    except ProcessLookupError:
        return False
