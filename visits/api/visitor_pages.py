"""A visitor's link over HTTP: looking at the page is free and changes nothing; claiming it is a separate step."""

import logging
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.responses import Response

from contract.refusals import RefusalCode
from visits.api.answers import html_refusal
from visits.api.cookie import presented, set_cookie
from visits.api.origin import is_https
from visits.api.switchboard import Switchboard
from visits.domain.claims import is_new_claim
from visits.domain.records import Claim
from visits.domain.window import Visit, check_door
from visits.errors import Refused, Unavailable
from visits.pages import page_html
from visits.store.bookings import claim, visit_by_link
from visits.tokens import Token, digest, new_id, new_token

log = logging.getLogger(__name__)

COOKIE_OUTLIVES_CALL: Final = timedelta(hours=1)


def page_routes(board: Switchboard) -> APIRouter:
    """The page and the claim."""
    router = APIRouter()

    @router.get("/v/{token}")
    async def page(token: str) -> Response:
        """The page. Messengers fetch links to preview them, so this never claims."""
        try:
            await _visit(board, token)
        except Refused as refused:
            return html_refusal(refused)
        return HTMLResponse(page_html("call"))

    @router.post("/v/{token}/claim")
    async def claim_link(request: Request, token: str) -> Response:
        """Make this browser the holder of the link, or learn why it cannot be."""
        visit = await _visit(board, token)
        secret = await _claim(board, request, visit)
        answer = JSONResponse({"page": new_id("page")})
        if secret is not None:
            lasts = visit.hard_stop_at - board.clock.now() + COOKIE_OUTLIVES_CALL
            set_cookie(answer, secret, f"/v/{token}", lasts, is_https=is_https(request, board.settings))
        return answer

    return router


async def _visit(board: Switchboard, token: str) -> Visit:
    """The visit behind a link, if the household may come in. Raises Refused."""
    try:
        visit = await board.store.read(visit_by_link, digest(token))
    except Unavailable as error:
        raise Refused(RefusalCode.UNAVAILABLE) from error
    if visit is None:
        raise Refused(RefusalCode.LINK_UNKNOWN)
    check_door(visit, board.clock.now())
    return visit


async def _claim(board: Switchboard, request: Request, visit: Visit) -> Token | None:
    """Claim the link: the new cookie, or None for a browser that holds it already. Raises Refused LINK_IN_USE."""
    room = board.rooms.of(visit)
    if not is_new_claim(visit.call.claim, presented(request), room.gone_for()):
        return None
    secret = new_token()
    ours = Claim(digest(secret), board.clock.now())
    if not await board.store.write(claim, visit.call.booking_id, visit.call.claim, ours):
        raise Refused(RefusalCode.LINK_IN_USE)  # another browser was quicker by a moment
    room.was_claimed()
    log.info("the link of call %s is claimed", visit.call.booking_id)
    return secret
