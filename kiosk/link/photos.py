"""Photos on file, fetched from the service by their hash and checked against it; kept nowhere here."""

import asyncio
import hashlib
import re
from typing import Final

import aiohttp

from contract.strict import LONGEST_PHOTO_BYTES
from kiosk.errors import Unavailable, Untrusted
from kiosk.link.trust import Trust

PATH: Final = "/laptop/v1/photos/"
WITHIN_S: Final = 10.0
SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Photos:
    """The photos of the service at `url`, for the laptop that `trust` makes it; a test may have none."""

    def __init__(self, url: str, trust: Trust | None = None) -> None:
        self._url, self._trust = url.rstrip("/") + PATH, trust

    async def fetch(self, sha256: str) -> bytes:
        """The photo with this hash, PNG or JPEG. Raises Unavailable, or Untrusted for bytes that are not it."""
        if not SHA256.fullmatch(sha256):
            raise Untrusted("a photo is asked for by what is no hash")
        try:
            async with asyncio.timeout(WITHIN_S):
                content = await self._get(self._url + sha256)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable("The photo cannot be fetched just now.") from error
        if len(content) > LONGEST_PHOTO_BYTES or hashlib.sha256(content).hexdigest() != sha256:
            raise Untrusted("a photo is not the one the sheet names")
        return content

    async def _get(self, url: str) -> bytes:
        """The bytes, of which no more are read than a photo may have, and one."""
        tls = self._trust.context if self._trust is not None else True
        headers = {"Accept-Encoding": "identity"}
        async with (
            aiohttp.ClientSession(trust_env=False) as session,
            session.get(url, headers=headers, allow_redirects=False, ssl=tls) as answer,
        ):
            if answer.status != 200:
                raise Unavailable("The photo is not on file.")
            content = b""
            while len(content) <= LONGEST_PHOTO_BYTES and (part := await answer.content.read(LONGEST_PHOTO_BYTES + 1)):
                content += part
            return content
