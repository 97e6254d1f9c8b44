"""How the service is set up, as frozen data."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from contract.media import IceServer


@dataclass(frozen=True, slots=True)
class Settings:
    """`public_url` is where families reach us; without it, the address they asked for."""

    public_url: str | None = None
    ice_servers: tuple[IceServer, ...] = ()
    hello_within: timedelta = timedelta(seconds=10)
    # Longer than a dead connection passes for a live one (`visits.api.server`), shorter than a laptop waits to connect.
    place_within: timedelta = timedelta(seconds=4.4)
    most_visitors: int = 1000

    @property
    def public_origin(self) -> str | None:
        """Scheme and host of `public_url`, as browsers write an origin."""
        if self.public_url is None:
            return None
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"
