"""Photos on file over HTTP: for a laptop, and only those of the people on its call sheet today."""

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from contract.refusals import RefusalCode
from visits.api.laptop_token import laptop_of, token_of
from visits.api.switchboard import Switchboard
from visits.errors import Refused
from visits.store.photos import photo_for

LONGEST_NAME: Final = 64


def photo_routes(board: Switchboard) -> APIRouter:
    """The photos."""
    router = APIRouter()

    @router.get("/laptop/v1/photos/{sha256}")
    async def photo(request: Request, sha256: str) -> Response:
        """The photo with this SHA-256, in hex. One that is not on the sheet is as good as none."""
        laptop = await laptop_of(board, token_of(request))
        found = await board.store.read(photo_for, laptop.laptop_id, sha256[:LONGEST_NAME], board.clock.now())
        if found is None:
            raise Refused(RefusalCode.NO_PHOTO)
        return Response(found.content, media_type=found.kind)

    return router
