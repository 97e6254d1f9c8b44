"""TURN servers for media, with credentials that lapse: coturn's `use-auth-secret`. It names ids, never people.

A credential is `EXPIRY:ID` and its HMAC with the secret that coturn has too (draft-uberti-behave-turn-rest-00), so
that the service keeps no list of them and coturn asks nobody.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from contract.media import IceServer

LAPTOP_FOR: Final = timedelta(hours=3)  # the longest call with its window, and an hour to spare
RENEWED_EVERY: Final = timedelta(hours=1)
AFTER_THE_END: Final = timedelta(hours=1)  # a call may be given back the time it lost


@dataclass(frozen=True, slots=True)
class Relay:
    """The TURN servers of this service, as `turn:` addresses, and the secret that it shares with them."""

    urls: tuple[str, ...]
    secret: bytes = field(repr=False)

    def for_laptop(self, laptop_id: int, now: datetime) -> IceServer:
        """What a laptop needs for the calls of the next hours; renewed long before it lapses."""
        return self._until(f"laptop-{laptop_id}", now + LAPTOP_FOR)

    def for_visitor(self, booking_id: str, ends_at: datetime, now: datetime) -> IceServer:
        """What the visitor's page needs for this one call. Never TLS: no browser knows the laptops' authority."""
        return self._until(booking_id, max(ends_at, now) + AFTER_THE_END, tls=False)

    def _until(self, who: str, lapses_at: datetime, *, tls: bool = True) -> IceServer:
        username = f"{int(lapses_at.timestamp())}:{who}"
        # SHA-1 is what coturn's scheme says; as an HMAC it is not weakened by collisions.
        digest = hmac.new(self.secret, username.encode(), hashlib.sha1).digest()
        urls = tuple(url for url in self.urls if tls or not url.startswith("turns:"))
        return IceServer(urls=urls, username=username, credential=base64.b64encode(digest).decode())
