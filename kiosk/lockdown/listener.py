"""A Unix socket of the guard: who may connect, how many at once, and that nothing a caller does harms the guard.

It reads nothing itself. Strangers are cut off unheard; too many who have not said who they are push out the oldest,
so that a flood keeps nobody out.
"""

import asyncio
import contextlib
import logging
import os
import stat
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from contract.strict import Malformed
from kiosk.errors import LockdownError
from kiosk.lockdown.peer_process import Peer, peer

LOG: Final = logging.getLogger(__name__)
MOST_UNKNOWN: Final = 32
TAKEN_AT_ONCE: Final = 8  # from the kernel's queue, before anything else has its turn
SAY_REFUSED_EVERY_S: Final = 10.0


@dataclass(frozen=True)
class Door:
    """Where the socket is, who is let in, and whose the file is: of `gid`'s members too, where there is one."""

    path: Path
    may_enter: Callable[[Peer], bool]
    longest_line: int
    gid: int | None = None


@dataclass(eq=False)
class Caller:
    """Somebody at the door; `is_known` once they have said what they must."""

    who: Peer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_known: bool = field(default=False)
    is_cut_off: bool = field(default=False)

    def cut_off(self) -> None:
        """End the connection, also what waits to be sent."""
        self.is_cut_off = True
        self.writer.transport.abort()


class Listener:
    """Listens; `serve` is run for every caller until it returns or raises, which costs that caller the connection."""

    def __init__(self, door: Door, serve: Callable[[Caller], Awaitable[None]]) -> None:
        self._door, self._serve = door, serve
        self._server: asyncio.Server | None = None
        self._callers: dict[Caller, asyncio.Task[None]] = {}  # the oldest first
        self._refused, self._said_at = 0, float("-inf")

    async def open(self) -> None:
        """Start to listen; a socket file left by a dead guard is replaced. Nobody but its users ever sees it open."""
        path, gid = self._door.path, self._door.gid
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
        if gid is not None and not _lends(path.parent, gid):
            raise LockdownError(f"{path.parent} does not lend its group to the shell: look at tmpfiles")
        before = os.umask(0o177)
        try:
            self._server = await asyncio.start_unix_server(
                self._met, path, limit=self._door.longest_line, backlog=TAKEN_AT_ONCE
            )
        finally:
            os.umask(before)
        if gid is not None:
            path.chmod(0o660)

    async def close(self) -> None:
        """Stop listening and cut everybody off. Safe twice."""
        if self._server is not None:
            self._server.close()
        serving = tuple(self._callers.values())
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
        with contextlib.suppress(FileNotFoundError):
            self._door.path.unlink()

    async def _met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None, "a connection is served by a task"
        caller = Caller(peer(writer.get_extra_info("socket")), reader, writer)
        if not self._door.may_enter(caller.who):
            self._refuse(f"user {caller.who.uid} may not speak here")
            caller.cut_off()
            return
        self._callers[caller] = task
        self._make_room()
        try:
            await self._serve(caller)
        except (Malformed, TimeoutError, asyncio.LimitOverrunError, ValueError, ConnectionError) as error:
            self._refuse(str(error) or type(error).__name__)
        finally:
            del self._callers[caller]
            writer.close()

    def _make_room(self) -> None:
        unknown = [caller for caller in self._callers if not (caller.is_known or caller.is_cut_off)]
        if len(unknown) > MOST_UNKNOWN:
            self._refuse("too many at once")
            unknown[0].cut_off()

    def _refuse(self, why: str) -> None:
        """In the log, once in a while: a flood must not fill it."""
        self._refused += 1
        now = asyncio.get_running_loop().time()
        if now - self._said_at > SAY_REFUSED_EVERY_S:
            LOG.warning("%s: refused (%d so far): %s", self._door.path.name, self._refused, why)
            self._said_at = now


def _lends(folder: Path, gid: int) -> bool:
    """Whether what is made in it is of this group: the guard has no right to give files away itself."""
    found = folder.stat()
    return found.st_gid == gid and bool(found.st_mode & stat.S_ISGID)
