"""The check of the relay over TCP: a way by TLS that fails is named, also where another one works."""

import asyncio
import re
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contract.media import IceServer
from kiosk.media import relay_probe
from kiosk.media.relay_probe import relays_checked
from kiosk.media.turn_ways import By, Way
from kiosk.policy.readiness import Trouble
from tests.fakes.certificates import Authority


def relay(*urls: str) -> tuple[IceServer, ...]:
    return (IceServer(urls=urls, username="u", credential="c"),)


async def test_a_relays_certificate_that_has_ended_is_named(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "authority")
    ended = authority.server(until=datetime.now(UTC) - timedelta(days=1))
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0, ssl=ended)
    port = server.sockets[0].getsockname()[1]
    believed = ssl.create_default_context(cafile=str(authority.file))
    async with server:
        _, tcp = await relays_checked(
            relay("turn:127.0.0.1:9?transport=tcp", f"turns:127.0.0.1:{port}?transport=tcp"), believed
        )
    assert tcp.trouble is Trouble.RELAY_TCP_SHUT
    assert tcp.found == f"no answer on port 9; TLS on port {port}: certificate has expired"


async def test_a_way_by_tls_that_fails_is_named_beside_the_one_that_works(monkeypatch: pytest.MonkeyPatch) -> None:
    async def allocates(way: Way, _tls: ssl.SSLContext | None) -> float:
        if way.by is By.TLS:
            raise ConnectionRefusedError
        return asyncio.get_running_loop().time()

    monkeypatch.setattr(relay_probe, "_allocate", allocates)
    udp, tcp = await relays_checked(
        relay("turn:192.0.2.20:3478", "turn:192.0.2.20:80?transport=tcp", "turns:192.0.2.20:443"),
        ssl.create_default_context(),
    )
    assert udp.trouble is tcp.trouble is None
    assert re.fullmatch("port 3478, [0-9]+ ms", udp.found)
    assert re.fullmatch("port 80, [0-9]+ ms; TLS on port 443: no answer", tcp.found)
