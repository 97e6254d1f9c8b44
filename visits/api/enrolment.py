"""Enrolment over HTTPS: the authority's certificate for anybody, an identity for whoever has a code; once."""

import asyncio
import logging
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from contract.enrolment import ENROL_ASKED, EnrolAsked, Enrolled
from contract.refusals import RefusalCode
from contract.strict import Malformed, parse
from visits.api.switchboard import Switchboard
from visits.domain.bucket import Bucket
from visits.domain.records import Digest
from visits.errors import Refused
from visits.keys.request import key_in
from visits.keys.sealing import check_sealing_key
from visits.store.identities import check_code, enrol
from visits.tokens import digest

LONGEST_BODY_BYTES: Final = 32_768
BODY_WITHIN_S: Final = 10.0
PEM_TYPE: Final = "application/x-pem-file"
WRONG_CODES_AT_ONCE: Final = 10.0  # on all connections together: people mistype, machines guess
WRONG_CODES_A_SECOND: Final = 1 / 6

log = logging.getLogger(__name__)


class Desk:
    """Where laptops are enrolled. Too many wrong codes keep nobody out who has a right one: it is not to be guessed."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._wrong = Bucket(board.clock.monotonic(), WRONG_CODES_A_SECOND, WRONG_CODES_AT_ONCE)

    async def enrol(self, asked: EnrolAsked) -> Enrolled:
        """Give the laptop its identity. Raises Refused; a request that is refused does not use up the code."""
        board, now = self._board, self._board.clock.now()
        code = digest(asked.code)
        await self._check(code)
        key = key_in(asked.request)
        check_sealing_key(asked.sealing_key)
        done = await board.store.write(enrol, code, key, asked.sealing_key, now, board.issue)
        board.keys.refresh()  # what the laptop will not be told, since it was out before, must be in its set
        log.info("laptop %d is enrolled%s", done.laptop.laptop_id, ", again" if done.replaces else "")
        establishment = done.laptop.establishment
        return Enrolled(
            establishment=establishment.name,
            laptop=done.laptop.name,
            use=establishment.use,
            certificate=done.issued.pem,
            authority=board.keys.authority.pem,
            keys=board.keys.key_set,
            server_time=now,
            replaces=done.replaces,
        )

    async def _check(self, code: Digest) -> None:
        """Raises Refused: for the code, or TOO_MANY."""
        clock = self._board.clock
        try:
            await self._board.store.read(check_code, code, clock.now())
        except Refused as refused:
            log.warning("a laptop came with a code that does not enrol it")
            if not self._wrong.take(clock.monotonic()):
                raise Refused(RefusalCode.TOO_MANY) from refused
            raise


def enrolment_routes(board: Switchboard) -> APIRouter:
    """The two addresses of the laptops' listener that need no certificate."""
    router = APIRouter()
    desk = Desk(board)

    @router.get("/laptop/v1/authority")
    async def authority() -> Response:
        """The authority's certificate, as PEM; it counts only for who has a code that names it."""
        return Response(board.keys.authority.pem, media_type=PEM_TYPE)

    @router.post("/laptop/v1/enrol")
    async def enrol_laptop(request: Request) -> Response:
        """`EnrolAsked` in, `Enrolled` out."""
        try:
            asked = parse(await _body(request), ENROL_ASKED, LONGEST_BODY_BYTES)
        except Malformed as error:
            raise Refused(RefusalCode.MALFORMED, error.where) from error
        enrolled = await desk.enrol(asked)
        return Response(enrolled.model_dump_json(), media_type="application/json")

    return router


async def _body(request: Request) -> bytes:
    """All of the body. Raises Refused TOO_LARGE before more than that is held, MALFORMED where it does not end."""
    body = b""
    try:
        async with asyncio.timeout(BODY_WITHIN_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > LONGEST_BODY_BYTES:
                    raise Refused(RefusalCode.TOO_LARGE)
    except TimeoutError as error:
        raise Refused(RefusalCode.MALFORMED, "the request does not end") from error
    return body
