"""The `visits` command as processes: starting, stopping, keeping quiet, and noticing the dead."""

import asyncio
import json
import signal
import socket
import ssl
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, redirect_stdout, suppress
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from contract.enrol_code import EnrolCode, fingerprint
from contract.enrolment import ENROL_ASKED, ENROLLED, EnrolAsked
from contract.key_set import KeySet
from contract.refusals import RefusalCode
from contract.visitor_link import TO_VISITOR
from tests.fakes.service_keys import LONG, SEALING_KEY, ClientFiles, client_context, request
from tests.fakes.visits import FakeServiceClock
from tests.integration.service.harness import LaptopPeer, VisitorPeer, laptop, running
from visits.api.server import FAREWELL_WITHIN_S, LAPTOPS_PING_EVERY_S, PONG_WITHIN_S, STOP_WITHIN_S
from visits.api.settings import Settings
from visits.cli.command import run
from visits.demo_data.seed import Seeded

PATIENCE_S = 30.0
NOTICED_WITHIN_S = 5.0
STOPPED_WITHIN_S = 8.0  # by its own limits, and before uvicorn's of 10 s for a socket that does not close
NOT_TOLD = " WARNING visits.api.server: not everybody was told that the service stops: "  # on a machine that is busy


async def visits(*words: str) -> Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "visits", *words, stdout=PIPE, stderr=STDOUT)


async def output(process: Process) -> str:
    async with asyncio.timeout(PATIENCE_S):
        out, _ = await process.communicate()
    return out.decode()


def here(*words: str) -> str:
    """What the command says, without a process of its own: starting one costs more than all it does."""
    with redirect_stdout(StringIO()) as said:
        assert run(words) == 0
    return said.getvalue()


def demo_data(file: Path, *words: str) -> dict[str, Any]:
    return dict(json.loads(here("demo-data", "--db", str(file), "--json", *words)))


def with_keys(file: Path) -> None:
    assert "Authority: " in here("ca", "--db", str(file), "init", "--host", "127.0.0.1", "--use", "demo")


@asynccontextmanager
async def serving(file: Path, ready: Path) -> AsyncIterator[tuple[Process, str, str]]:
    """The service as a process, once it listens: where families reach it, and laptops."""
    words = ("serve", "--db", str(file), "--port", "0", "--laptop-port", "0", "--ready-file", str(ready))
    process = await visits(*words)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            said = (await process.stdout.readline()).decode()
        assert said.startswith("visits: families on http://127.0.0.1:"), said
        urls = json.loads(ready.read_text())  # noqa: ASYNC240 - a line
        yield process, urls["url"], urls["laptop_url"]
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def enrolled_at(url: str, file: Path, name: str) -> tuple[ssl.SSLContext, KeySet]:
    """Enrol as any laptop is: with a code from the command line. Its TLS, and which keys it believes."""
    code = EnrolCode.parse(here("enrol-code", "--db", str(file), "--laptop", name))
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        authority = (await client.get(f"{url}/laptop/v1/authority")).text
    assert fingerprint(ssl.PEM_cert_to_DER_cert(authority)) == code.fingerprint
    asked = EnrolAsked(code=code.secret, request=request(), sealing_key=SEALING_KEY)
    async with httpx.AsyncClient(trust_env=False, verify=client_context(None, authority)) as client:
        answer = await client.post(f"{url}/laptop/v1/enrol", content=ENROL_ASKED.dump_json(asked))
    given = ENROLLED.validate_json(answer.content)
    assert (given.laptop, given.authority) == (name, authority)
    files = ClientFiles.written(file.parent, "enrolled", given.certificate)
    return client_context(files, authority), given.keys


@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
async def test_a_service_with_open_sockets_stops_within_2_s_and_gives_no_secret_away(
    tmp_path: Path, how: signal.Signals
) -> None:
    file, ready = tmp_path / "visits.db", tmp_path / "ready.json"
    made = demo_data(file, "--starts-in", "0")
    with_keys(file)
    async with serving(file, ready) as (process, url, laptop_url):
        tls, keys = await enrolled_at(laptop_url, file, made["laptop"])
        address = url.replace("http", "ws", 1)
        prison_at = connect(f"{laptop_url.replace('http', 'ws', 1)}/laptop/v1/link", ssl=tls, proxy=None)
        family_at = connect(f"{address}{made['due']['link']}/ws", origin=url, proxy=None)  # type: ignore[arg-type]  # Origin is a NewType
        async with prison_at as prison, family_at as family:
            peer = LaptopPeer(prison, keys)
            await peer.hello()
            process.send_signal(how)
            async with asyncio.timeout(STOPPED_WITHIN_S):
                assert await process.wait() == 0
            assert await peer.closed() == 1012
            assert await VisitorPeer(family, TO_VISITOR).closed() == 1012
        said = await output(process)
    assert made["due"]["link"] not in said
    assert FAREWELL_WITHIN_S + STOP_WITHIN_S < 2.0
    assert [line.split(" INFO ")[1] for line in said.splitlines() if NOT_TOLD not in line] == [
        "visits.api.enrolment: laptop 1 is enrolled",
        "visits.api.laptop_link: laptop 1 is connected",
        "visits.api.laptop_link: laptop 1 is gone",
    ]


@pytest.mark.slow
async def test_what_is_done_on_the_command_line_reaches_a_laptop_that_is_connected(tmp_path: Path) -> None:
    file = tmp_path / "visits.db"
    made = demo_data(file, "--starts-in", "0", "--duration", "60")
    with_keys(file)
    async with serving(file, tmp_path / "ready.json") as (_, _, url):
        tls, keys = await enrolled_at(url, file, made["laptop"])
        address = url.replace("http", "ws", 1) + "/laptop/v1/link"
        async with connect(address, ssl=tls, proxy=None) as connection:
            prison = LaptopPeer(connection, keys)
            await prison.hello()
            again = demo_data(file, "--starts-in", "120", "--duration", "60")
            sheet = await prison.sheet()
            assert again["due"]["booking_id"] in [booking.booking_id for booking in sheet.bookings]
            said = here("laptop", "--db", str(file), "revoke", made["laptop"])
            assert said.startswith(f"{made['laptop']} is revoked.")
            assert await prison.refused() is RefusalCode.NOT_A_LAPTOP
            assert await prison.closed() == 1008
    listed = here("laptop", "--db", str(file), "list")
    assert [line.split("  ")[-1].partition(", by")[0] for line in listed.splitlines()[1:]] == [
        "enrolment code made",
        "enrolled",
        "revoked",
    ]


def test_a_new_link_is_made_on_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "visits.db"
    made = demo_data(file)
    link = here("link", "--db", str(file), made["due"]["booking_id"])
    assert link.startswith("/v/")
    assert link.strip() != made["due"]["link"]


@pytest.mark.slow
async def test_what_goes_wrong_is_one_sentence(tmp_path: Path) -> None:
    with_keys(tmp_path / "visits.db")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        busy = await visits("serve", "--db", str(tmp_path / "visits.db"), "--port", port)
        assert "Address already in use" in await output(busy)
    missing = await visits(
        "serve", "--db", str(tmp_path / "missing" / "visits.db"), "--port", "0", "--laptop-port", "0"
    )
    assert (await output(missing)).count("\n") == 1
    keyless = await visits("serve", "--db", str(tmp_path / "other.db"), "--port", "0", "--laptop-port", "0")
    assert await output(keyless) == (
        f"visits: there are no keys in {tmp_path / 'other.db.keys'}: make them with `visits ca init`\n"
    )
    again = await visits("ca", "--db", str(tmp_path / "visits.db"), "init", "--host", "127.0.0.1", "--use", "demo")
    assert "keys are never written over" in await output(again)
    unknown = await visits("link", "--db", str(tmp_path / "visits.db"), "unknown")
    assert await output(unknown) == "visits: there is no such booking\n"
    assert (busy.returncode, missing.returncode, unknown.returncode) == (1, 1, 1)


@pytest.mark.slow
async def test_a_laptop_that_is_dead_is_noticed_and_its_successor_gets_in(
    file: Path, clock: FakeServiceClock, seeded: Seeded
) -> None:
    assert LAPTOPS_PING_EVERY_S + PONG_WITHIN_S <= NOTICED_WITHIN_S
    patient = Settings(certificates_last=LONG, place_within=timedelta(seconds=PATIENCE_S))
    async with running(file, clock, patient) as service:
        port = int(service.laptop_url.rsplit(":", 1)[1])
        reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=await service.context(seeded.laptop))
        writer.write(
            f"GET /laptop/v1/link HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        assert b"101 Switching Protocols" in await reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(PATIENCE_S), laptop(service, seeded.laptop) as successor:
            await successor.hello()  # it waits meanwhile: a laptop is not kept out by its own dead connection
            await reader.read()  # pings came and were never answered, until the service hung up
        writer.close()
        with suppress(ssl.SSLError, ConnectionError):
            await writer.wait_closed()
