"""The process at the other end of a Unix socket, as the kernel names it: who it is, and a hold on it that ends it."""

import contextlib
import os
import signal
import socket
import struct
from dataclasses import dataclass


@dataclass(frozen=True)
class Peer:
    """User and process that made the connection (SO_PEERCRED)."""

    uid: int
    pid: int


def peer(connection: socket.socket) -> Peer:
    """Who made this connection, by the kernel's word and not by theirs."""
    pid, uid, _gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    return Peer(int(uid), int(pid))


class PeerProcess:
    """Held from the moment it connects, so that a later process with the same number is never meant. Needs no parent.

    A process that had ended by then cannot be held; there is nothing to kill.
    """

    def __init__(self, who: Peer) -> None:
        self._handle: int | None = None
        with contextlib.suppress(ProcessLookupError):
            self._handle = os.pidfd_open(who.pid)

    def kill(self) -> None:
        """End it now. Safe when it has ended, and after `close`."""
        if self._handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of it. Safe twice."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)
