"""Notices that this laptop reaches the service from another address than before: a cable, another access point.

Asks the kernel which address it would use, by a socket that is connected and never sends; nothing goes out.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Final

from contract.policy_network import Endpoint, endpoint_at

LOOK_EVERY_S: Final = 0.1


class OwnAddress:
    """The address of ours towards the service at `url`. One with a name is not watched: there is no DNS to ask."""

    def __init__(self, url: str, find: Callable[[Endpoint], str | None] | None = None) -> None:
        self._service, self._find = endpoint_at(url), find or address_towards
        self._last: str | None = None

    def has_changed(self) -> bool:
        """Whether it is another one than when last looked. To have none for a while is no change."""
        now = None if self._service is None else self._find(self._service)
        if now is None or now == self._last:
            return False
        before, self._last = self._last, now
        return before is not None

    async def run(self, on_changed: Callable[[], None]) -> None:
        """Look until cancelled."""
        while True:
            if self.has_changed():
                on_changed()
            await asyncio.sleep(LOOK_EVERY_S)


def address_towards(there: Endpoint) -> str | None:
    """Which address of ours the kernel would use; None without a way."""
    family = socket.AF_INET6 if there.host.version == 6 else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as asking:
        try:
            asking.connect((there.host.address, there.port))
        except OSError:
            return None
        return str(asking.getsockname()[0])
