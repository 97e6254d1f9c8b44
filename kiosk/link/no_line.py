"""The line of a laptop that has no identity to show: there is none, and it says so. It opens nothing."""

import asyncio

from contract.laptop_link import CallNow
from contract.strict import Message
from kiosk.errors import Unavailable
from kiosk.ipc import LinkNow
from kiosk.link.listener import ServiceListener
from kiosk.strangers import Stranger


class NoLine:
    """In the place of `ServiceLink` and `Photos`."""

    async def run(self, listener: ServiceListener) -> None:
        """Say so once, and wait until cancelled."""
        listener.link_changed(LinkNow(up=False, refused=Stranger.CERTIFICATE_UNUSABLE, clean=False))
        await asyncio.Event().wait()

    @property
    def is_up(self) -> bool:
        """Never."""
        return False

    @property
    def round_trip_ms(self) -> int | None:
        """Nobody answers."""
        return None

    def send(self, message: Message) -> None:
        """Nobody hears it."""

    def tell(self, call: CallNow) -> None:
        """Nobody hears it."""

    def allow(self, allowed: bool) -> None:
        """There is none to allow."""

    def moved(self) -> None:
        """There is none to begin anew."""

    async def fetch(self, sha256: str) -> bytes:
        """Raises Unavailable."""
        raise Unavailable("This laptop has no line to the service.")
