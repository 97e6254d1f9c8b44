"""Connections that say nothing, or never finish saying it: the service lets go of them, and of no others."""

import asyncio
from urllib.parse import urlsplit

import pytest

from tests.fakes.service_keys import client_context
from tests.integration.service.harness import PATIENCE_S, Running, laptop
from visits.api import enrolment, tls
from visits.demo_data.seed import Seeded

SOON_S = 0.2


async def let_go(url: str, said: bytes) -> bytes:
    """What whoever says just this is answered before the service ends the connection."""
    at = urlsplit(url)
    context = client_context(None) if at.scheme == "https" else None
    reader, writer = await asyncio.open_connection(at.hostname, at.port, ssl=context)
    try:
        writer.write(said)
        async with asyncio.timeout(PATIENCE_S):
            return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


@pytest.mark.parametrize("said", [b"", b"GET / HT", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET / HT"])
async def test_who_never_says_what_they_want_is_let_go(
    service: Running, said: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "REQUEST_WITHIN_S", SOON_S)
    for url in (service.url, service.laptop_url):
        assert (await let_go(url, said)).count(b"HTTP/1.1 ") == said.count(b"Host")


async def test_a_body_that_does_not_end_is_refused(service: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(enrolment, "BODY_WITHIN_S", SOON_S)
    said = b"POST /laptop/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
    assert b"the request does not end" in await let_go(service.laptop_url, said)


async def test_a_laptop_that_is_connected_stays(
    service: Running, seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls, "REQUEST_WITHIN_S", SOON_S)
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        assert await let_go(service.laptop_url, b"") == b""  # as long as it takes to let one go
        await peer.say("time", nonce="n" * 22)
        await peer.hear()


async def test_a_line_that_has_ended_is_not_waited_for(
    service: Running, seeded: Seeded, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tls, "REQUEST_WITHIN_S", SOON_S)
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
    assert await let_go(service.laptop_url, b"") == b""  # as long as it takes to let one go
    assert [record for record in caplog.records if record.name == "asyncio"] == []
