"""Composition root of the service: puts endpoints, headers and errors together, and owns the one background task.

Families and laptops have an application each, on a listener each: neither's addresses exist on the other's.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from contract.refusals import RefusalCode
from visits.api.answers import answer_errors, json_refusal
from visits.api.enrolment import enrolment_routes
from visits.api.headers import SafeHeaders
from visits.api.laptop_link import laptop_routes
from visits.api.laptop_photos import photo_routes
from visits.api.laptop_updates import update_routes
from visits.api.switchboard import Switchboard
from visits.api.visitor_link import visitor_routes
from visits.api.visitor_pages import page_routes
from visits.api.watch import Watch
from visits.errors import Refused
from visits.pages import STATIC

log = logging.getLogger(__name__)


def create_app(board: Switchboard, on_crash: Callable[[], None]) -> FastAPI:
    """What families reach, as an ASGI application over an open `board`; the watch over both runs with it.

    `on_crash` is called if the background task dies: the service must not go on with sheets that no longer change.
    """

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        watching = asyncio.create_task(Watch(board).run(), name="watch")
        watching.add_done_callback(lambda task: _report(task, on_crash))
        try:
            yield
        finally:
            watching.cancel()
            await asyncio.wait([watching])

    app = FastAPI(lifespan=lifespan, openapi_url=None, redirect_slashes=False)
    app.include_router(visitor_routes(board))
    app.include_router(page_routes(board))
    app.add_api_route("/healthz", _healthz(board), methods=["GET"])
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return _finished(app, board)


def create_laptop_app(board: Switchboard) -> FastAPI:
    """What laptops reach, and they alone; who is calling stands in the scope, by ASGI's TLS extension.

    Nothing but enrolment is answered without a certificate that stands.
    """
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.include_router(enrolment_routes(board))
    app.include_router(laptop_routes(board))
    app.include_router(photo_routes(board))
    app.include_router(update_routes(board))
    return _finished(app, board)


def _finished(app: FastAPI, board: Switchboard) -> FastAPI:
    app.add_middleware(SafeHeaders, settings=board.settings)
    answer_errors(app)
    app.add_api_websocket_route("/{path:path}", _nothing_here)
    return app


def _healthz(board: Switchboard) -> Callable[[], object]:
    async def healthz() -> dict[str, str]:
        """Says ok only when the store answers."""
        await board.store.version()
        return {"status": "ok"}

    return healthz


async def _nothing_here(socket: WebSocket) -> None:
    await socket.send_denial_response(json_refusal(Refused(RefusalCode.MALFORMED, "no such address"), 404))


def _report(task: asyncio.Task[None], on_crash: Callable[[], None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the watch has died; the service stops", exc_info=error)
        on_crash()
