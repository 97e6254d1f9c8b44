"""Photos from a service that may be wrong, slow to end, or not there."""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from contract.strict import LONGEST_PHOTO_BYTES
from kiosk.errors import Unavailable, Untrusted
from kiosk.link.photos import PATH, Photos

PHOTO = b"\x89PNG\r\n\x1a\n" + bytes(500)
HASH = hashlib.sha256(PHOTO).hexdigest()
Serve = Callable[[bytes, int], Awaitable[Photos]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Photos of a service that answers everything alike."""
    runners: list[web.AppRunner] = []

    async def start(content: bytes, status: int) -> Photos:
        async def answer(_request: web.Request) -> web.Response:
            return web.Response(body=content, status=status)

        app = web.Application()
        app.router.add_get(PATH + "{sha256}", answer)
        runners.append(web.AppRunner(app))
        await runners[-1].setup()
        await web.TCPSite(runners[-1], "127.0.0.1", 0).start()
        host, port = runners[-1].addresses[0][:2]
        return Photos(f"http://{host}:{port}/")

    yield start
    for runner in runners:
        await runner.cleanup()


async def test_a_photo_is_fetched_by_its_hash(serve: Serve) -> None:
    assert await (await serve(PHOTO, 200)).fetch(HASH) == PHOTO


@pytest.mark.parametrize("content", [b"", PHOTO + b"x", bytes(LONGEST_PHOTO_BYTES + 1), bytes(5_000_000)])
async def test_bytes_that_are_not_the_photo_are_not_trusted(serve: Serve, content: bytes) -> None:
    with pytest.raises(Untrusted):
        await (await serve(content, 200)).fetch(HASH)


async def test_a_photo_that_is_too_large_is_not_trusted_even_with_its_own_hash(serve: Serve) -> None:
    content = bytes(LONGEST_PHOTO_BYTES + 1)
    with pytest.raises(Untrusted):
        await (await serve(content, 200)).fetch(hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("status", [401, 404, 500])
async def test_a_refusal_means_there_is_none_now(serve: Serve, status: int) -> None:
    with pytest.raises(Unavailable):
        await (await serve(PHOTO, status)).fetch(HASH)


async def test_a_service_that_is_not_there_means_there_is_none_now() -> None:
    with pytest.raises(Unavailable):
        await Photos("http://127.0.0.1:9").fetch(HASH)


async def test_only_a_hash_is_asked_for(serve: Serve) -> None:
    with pytest.raises(Untrusted):
        await (await serve(PHOTO, 200)).fetch("../secrets")
