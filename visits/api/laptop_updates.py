"""Releases of the laptops' own software over HTTP, file by file and from any byte on; for laptops alone.

It believes nothing of them: a laptop takes only what the release key has signed.
"""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from contract.refusals import RefusalCode
from visits.api.laptop_certificate import laptop_of, serial_shown
from visits.api.switchboard import Switchboard
from visits.errors import Refused
from visits.store.updates import current_file

AT_ONCE: Final = 8  # each is a gigabyte at the most: calls come first, and laptops ask again every hour
LONGEST_NAME: Final = 64


class Places:
    """How many files may be on their way at once."""

    def __init__(self) -> None:
        self._taken = 0

    def take(self) -> None:
        """Raises Refused when there is no room."""
        if self._taken >= AT_ONCE:
            raise Refused(RefusalCode.TOO_MANY)
        self._taken += 1

    def give_back(self) -> None:
        """Whatever became of the file."""
        self._taken -= 1


class PlacedFile(FileResponse):
    """A file that has a place while it is sent."""

    def __init__(self, path: Path, places: Places) -> None:
        super().__init__(path, media_type="application/octet-stream")
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it; a laptop that has gone gives its place back too."""
        self._places.take()
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._places.give_back()


def update_routes(board: Switchboard) -> APIRouter:
    """The release that laptops are given."""
    router, places = APIRouter(), Places()

    @router.get("/laptop/v1/updates/{name}")
    async def file(request: Request, name: str) -> FileResponse:
        """A file of it, or a part of one (RFC 9110, Range)."""
        await laptop_of(board, serial_shown(request))
        folder = board.settings.updates
        found = None if folder is None else current_file(folder, name[:LONGEST_NAME])
        if found is None:
            raise Refused(RefusalCode.NO_UPDATE)
        return PlacedFile(found, places)

    return router
