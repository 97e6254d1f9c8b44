"""Photos on file over HTTP: for a laptop, and only those of the people on its call sheet today."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from contract.refusals import RefusalCode
from visits.api.laptop_certificate import laptop_of, serial_shown
from visits.api.switchboard import Switchboard
from visits.domain.bucket import Bucket
from visits.errors import Refused
from visits.store.photos import photo_for

LONGEST_NAME: Final = 64
AT_ONCE: Final = 120.0  # more than there are photos on a sheet
A_SECOND: Final = 5.0


def photo_routes(board: Switchboard) -> APIRouter:
    """The photos."""
    router = APIRouter()
    buckets: dict[str, Bucket] = {}  # by certificate: only ours come this far, so there are no more than were issued

    @router.get("/laptop/v1/photos/{sha256}")
    async def photo(request: Request, sha256: str) -> Response:
        """The photo with this SHA-256, in hex. One that is not on the sheet is as good as none."""
        serial = serial_shown(request)
        now = board.clock.monotonic()
        if not buckets.setdefault(serial, Bucket(now, A_SECOND, AT_ONCE)).take(now):
            raise Refused(RefusalCode.TOO_MANY)
        _, laptop = await laptop_of(board, serial)
        found = await board.store.read(photo_for, laptop.laptop_id, sha256[:LONGEST_NAME], board.clock.now())
        if found is None:
            raise Refused(RefusalCode.NO_PHOTO)
        return Response(found.content, media_type=found.kind)

    return router
