"""The `visits` command as processes: starting, stopping, keeping quiet, and noticing the dead."""

import asyncio
import json
import signal
import socket
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from contract.laptop_link import TO_LAPTOP
from contract.visitor_link import TO_VISITOR
from tests.integration.service.harness import LaptopPeer, Running, VisitorPeer, laptop
from visits.demo_data.seed import Seeded

PATIENCE_S = 30.0
NOTICED_WITHIN_S = 5.0


async def visits(*words: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "visits", *words, stdout=PIPE, stderr=STDOUT)


async def output(process: Process) -> str:
    async with asyncio.timeout(PATIENCE_S):
        out, _ = await process.communicate()
    return out.decode()


async def demo_data(file: Path, *words: str) -> dict[str, Any]:
    said = await output(await visits("demo-data", "--db", str(file), "--json", *words))
    return dict(json.loads(said))


@asynccontextmanager
async def serving(file: Path, ready: Path) -> AsyncIterator[tuple[Process, str]]:
    """The service as a process, once it listens."""
    process = await visits("serve", "--db", str(file), "--port", "0", "--ready-file", str(ready))
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            said = (await process.stdout.readline()).decode()
        assert said.startswith("visits: listening on http://127.0.0.1:")
        yield process, said.split()[-1]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_with_open_sockets_stops_within_2_s_and_gives_no_secret_away(
    tmp_path: Path, how: signal.Signals
) -> None:
    file, ready = tmp_path / "visits.db", tmp_path / "ready.json"
    made = await demo_data(file, "--starts-in", "0")
    async with serving(file, ready) as (process, url):
        assert json.loads(ready.read_text()) == {"url": url}
        address = url.replace("http", "ws", 1)
        headers = {"Authorization": f"Bearer {made['laptop_token']}"}
        prison_at = connect(f"{address}/laptop/v1/link", additional_headers=headers, proxy=None)
        family_at = connect(f"{address}{made['due']['link']}/ws", origin=url, proxy=None)  # type: ignore[arg-type]  # Origin is a NewType
        async with prison_at as prison, family_at as family:
            peer = LaptopPeer(prison, TO_LAPTOP)
            await peer.hello()
            process.send_signal(how)
            async with asyncio.timeout(2.0):
                assert await process.wait() == 0
            assert await peer.closed() == 1012
            assert await VisitorPeer(family, TO_VISITOR).closed() == 1012
        said = await output(process)
    assert made["laptop_token"] not in said
    assert made["due"]["link"] not in said
    assert [line.split(" INFO ")[1] for line in said.splitlines()] == [
        "visits.api.laptop_link: laptop 1 is connected",
        "visits.api.laptop_link: laptop 1 is gone",
    ]


@pytest.mark.slow
async def test_demo_data_beside_a_running_service_reaches_the_laptop(tmp_path: Path) -> None:
    file = tmp_path / "visits.db"
    async with serving(file, tmp_path / "ready.json") as (_, url):
        made = await demo_data(file, "--starts-in", "0", "--duration", "60")
        address = url.replace("http", "ws", 1) + "/laptop/v1/link"
        headers = {"Authorization": f"Bearer {made['laptop_token']}"}
        async with connect(address, additional_headers=headers, proxy=None) as connection:
            prison = LaptopPeer(connection, TO_LAPTOP)
            await prison.hello()
            again = await demo_data(file, "--starts-in", "120", "--duration", "60")
            assert again["laptop_token"] is None
            sheet = await prison.sheet()
    assert again["due"]["booking_id"] in [booking.booking_id for booking in sheet.bookings]


@pytest.mark.slow
async def test_a_new_link_and_a_new_laptop_are_made_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "visits.db"
    made = await demo_data(file)
    link = await output(await visits("link", "--db", str(file), made["due"]["booking_id"]))
    assert link.startswith("/v/")
    assert link.strip() != made["due"]["link"]
    token = await output(await visits("laptop", "--db", str(file), "add", "Laptop 2"))
    assert len(token.strip()) == 43


@pytest.mark.slow
async def test_what_goes_wrong_is_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        busy = await visits("serve", "--db", str(tmp_path / "visits.db"), "--port", port)
        assert "Address already in use" in await output(busy)
    missing = await visits("serve", "--db", str(tmp_path / "missing" / "visits.db"), "--port", "0")
    assert (await output(missing)).count("\n") == 1
    unknown = await visits("link", "--db", str(tmp_path / "visits.db"), "unknown")
    assert await output(unknown) == "visits: there is no such booking\n"
    assert (busy.returncode, missing.returncode, unknown.returncode) == (1, 1, 1)


@pytest.mark.slow
async def test_a_laptop_that_is_dead_is_noticed_and_its_successor_gets_in(service: Running, seeded: Seeded) -> None:
    port = int(service.url.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET /laptop/v1/link HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {seeded.token}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    assert b"101 Switching Protocols" in await reader.readuntil(b"\r\n\r\n")
    async with asyncio.timeout(NOTICED_WITHIN_S), laptop(service, seeded.token) as successor:
        await successor.hello()  # it waits meanwhile: a laptop is not kept out by its own dead connection
        await reader.read()  # pings came and were never answered, until the service hung up
    writer.close()
    await writer.wait_closed()
