"""Tells whoever started this process that it is ready and alive, as sd_notify(3) does; it hears and decides nothing."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, MutableMapping
from typing import Final

FED_EVERY: Final = 4  # times in the longest silence that is allowed
EVERY_S: Final = 1.0  # where nobody says how long a silence may be


class Watchdog:
    """Fed by the loop that must not hang: when the loop stops, so does the feeding. Does nothing outside a unit."""

    def __init__(self, environment: MutableMapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._socket: socket.socket | None = None
        self.every_s = EVERY_S

    def open(self) -> None:
        """Connect, before this process confines itself; children are told nothing of it. Raises OSError."""
        address = self._environment.pop("NOTIFY_SOCKET", "")
        longest_us = self._environment.pop("WATCHDOG_USEC", "")
        self._environment.pop("WATCHDOG_PID", None)  # cage's, where this is its child
        if longest_us.isdecimal():
            self.every_s = min(EVERY_S, int(longest_us) / 1_000_000 / FED_EVERY)
        if address:
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
            self._socket.setblocking(False)
            self._socket.connect("\0" + address[1:] if address.startswith("@") else address)

    def ready(self) -> None:
        """What was to be started has started."""
        self._say("READY=1")

    def alive(self) -> None:
        """The loop still turns."""
        self._say("WATCHDOG=1")

    def stopping(self) -> None:
        """It ends because it was asked to."""
        self._say("STOPPING=1")

    async def feed(self, does_its_work: Callable[[], bool]) -> None:
        """Say that the loop turns, for as long as it does, and not while what it is there for comes to nothing."""
        while True:
            if does_its_work():
                self.alive()
            await asyncio.sleep(self.every_s)

    def close(self) -> None:
        """Say nothing more. Safe twice."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _say(self, word: str) -> None:
        """A word that cannot be sent is one that was not said: whoever waits for it acts."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.send(word.encode())
