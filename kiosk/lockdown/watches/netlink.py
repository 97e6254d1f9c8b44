"""Hears one of the kernel's netlink groups and says that something happened; reads nothing of what it was told."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Final

from kiosk.lockdown.given_sockets import given_socket

SOL_NETLINK: Final = 270  # linux/socket.h, linux/netlink.h
NETLINK_ADD_MEMBERSHIP: Final = 1
LONGEST_BYTES: Final = 65536
MOST_AT_ONCE: Final = 64  # a flood is answered once for so many, and the loop turns in between


class NetlinkGroup:
    """One group of one netlink family. `happened` is called on the loop, once for whatever came together."""

    def __init__(self, family: int, group: int, given_as: str = "") -> None:
        """`given_as`: the name under which systemd gives this process a socket that listens already, if it does."""
        self._family, self._group, self._given_as = family, group, given_as
        self._socket: socket.socket | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def open(self, happened: Callable[[], None]) -> None:
        """Listen on the running loop. Raises OSError where the kernel does not tell us."""
        given = given_socket(self._given_as)
        if given is not None:
            self._listen(given, happened)
            return
        line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_NONBLOCK, self._family)
        try:
            line.bind((0, 0))
            line.setsockopt(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, self._group)
        except OSError:
            line.close()
            raise
        self._listen(line, happened)

    def _listen(self, line: socket.socket, happened: Callable[[], None]) -> None:
        self._socket, self._loop = line, asyncio.get_running_loop()
        self._loop.add_reader(line, self._read, line, happened)

    def close(self) -> None:
        """Stop listening. Safe twice."""
        if self._socket is not None and self._loop is not None:
            self._loop.remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    @staticmethod
    def _read(line: socket.socket, happened: Callable[[], None]) -> None:
        """What was missed because it came too fast (ENOBUFS) has happened as well."""
        with contextlib.suppress(BlockingIOError):
            for _ in range(MOST_AT_ONCE):
                try:
                    line.recv(LONGEST_BYTES)
                except BlockingIOError:
                    raise
                except OSError:
                    break
        happened()
