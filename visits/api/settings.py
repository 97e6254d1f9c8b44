"""How the service is set up, as frozen data."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from contract.media import IceServer
from visits.api.relay import Relay


@dataclass(frozen=True, slots=True)
class Settings:
    """`public_url` is where families reach us; without it, the address they asked for.

    With a `relay`, laptops send media through it and nowhere else; without one, media goes directly.
    """

    public_url: str | None = None
    relay: Relay | None = None
    hello_within: timedelta = timedelta(seconds=10)
    # Longer than a dead connection passes for a live one (`visits.api.server`), shorter than a laptop waits to connect.
    place_within: timedelta = timedelta(seconds=5.4)
    most_visitors: int = 1000
    certificates_last: timedelta = timedelta(days=180)  # a laptop asks for the next one long before
    updates: Path | None = None  # the folder of releases that laptops may fetch
    sheets_last: timedelta = timedelta(hours=36)  # a laptop without a service knows today's calls, and no later ones

    def ice_for_laptop(self, laptop_id: int, now: datetime) -> tuple[IceServer, ...]:
        """How this laptop's media may connect, for the next hours."""
        return () if self.relay is None else (self.relay.for_laptop(laptop_id, now),)

    def ice_for_visitor(self, booking_id: str, ends_at: datetime, now: datetime) -> tuple[IceServer, ...]:
        """How the media of this booking's page may connect, for this call."""
        return () if self.relay is None else (self.relay.for_visitor(booking_id, ends_at, now),)

    @property
    def public_origin(self) -> str | None:
        """Scheme and host of `public_url`, as browsers write an origin."""
        if self.public_url is None:
            return None
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
