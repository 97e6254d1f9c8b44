"""Whoever comes to the laptops' listener without the right to: each is refused, and the service goes on."""

import asyncio
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from websockets.exceptions import InvalidStatus

from contract.refusals import RefusalCode, Refused
from tests.fakes.service_keys import ClientFiles, client_context, request, service_keys
from tests.integration.service.conftest import StillServed
from tests.integration.service.harness import PATIENCE_S, Running, laptop, linked, refusal_of
from visits.demo_data.seed import Seeded
from visits.keys.authority import Authority
from visits.keys.files import write_whole
from visits.keys.request import key_in

PHOTO = f"/laptop/v1/photos/{'0' * 64}"
YEARS_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def shown(tmp_path: Path, pem: str) -> ssl.SSLContext:
    return client_context(ClientFiles.written(tmp_path, "stranger", pem))


async def is_cut_off(service: Running, tls: ssl.SSLContext) -> bool:
    """Whether TLS itself ends the connection, in the handshake or, with 1.3, at the first answer."""
    try:
        async with httpx.AsyncClient(trust_env=False, verify=tls) as client:
            await client.get(service.laptop_url + PHOTO)
    except httpx.TransportError:
        return True
    return False


async def refusal_at_link(service: Running, tls: ssl.SSLContext) -> tuple[int, RefusalCode]:
    with pytest.raises(InvalidStatus) as refused:
        async with linked(service, tls):
            pass
    body = refused.value.response.body
    assert body is not None
    return refused.value.response.status_code, Refused.model_validate_json(body).code


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_without_a_certificate_there_is_neither_link_nor_photo(
    service: Running, still_served: StillServed
) -> None:
    nobody = client_context(None)
    assert await refusal_at_link(service, nobody) == (403, RefusalCode.NOT_A_LAPTOP)
    answer = await service.get(PHOTO, None)
    assert (answer.status_code, refusal_of(answer)) == (403, RefusalCode.NOT_A_LAPTOP)
    await still_served()


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_a_certificate_of_another_authority_is_cut_off(
    service: Running, still_served: StillServed, tmp_path: Path, seeded: Seeded
) -> None:
    rogue = Authority.made("visits, tried laptops", datetime.now(UTC))  # by the same name
    issued = rogue.for_laptop(seeded.laptop, key_in(request()), datetime.now(UTC), timedelta(days=1))
    assert await is_cut_off(service, shown(tmp_path, issued.pem))
    await still_served()


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_a_certificate_that_has_expired_is_cut_off(
    service: Running, still_served: StillServed, tmp_path: Path, seeded: Seeded
) -> None:
    issued = service_keys().issue(seeded.laptop, key_in(request()), YEARS_AGO, timedelta(days=180))
    assert await is_cut_off(service, shown(tmp_path, issued.pem))
    await still_served()


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_the_services_own_certificate_makes_nobody_a_laptop(
    service: Running, still_served: StillServed, tmp_path: Path
) -> None:
    key, pem = service_keys().authority.for_listener(("127.0.0.1",), datetime.now(UTC))
    write_whole(tmp_path / "own.key", key)
    write_whole(tmp_path / "own.pem", pem)
    assert await is_cut_off(service, client_context(ClientFiles(tmp_path / "own.pem", tmp_path / "own.key")))
    await still_served()


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_a_certificate_that_the_database_does_not_know_is_refused(
    service: Running, still_served: StillServed, tmp_path: Path, seeded: Seeded
) -> None:
    unknown = service_keys().issue(seeded.laptop, key_in(request()), datetime.now(UTC), timedelta(days=1))
    assert await refusal_at_link(service, shown(tmp_path, unknown.pem)) == (403, RefusalCode.NOT_A_LAPTOP)
    await still_served()


@pytest.mark.attack("stolen-certificate", tier="U")
async def test_a_certificate_without_its_key_is_of_no_use(tmp_path: Path, service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop):
        stolen = (service.folder / f"{seeded.laptop}.client.pem").read_text()
    with pytest.raises(ssl.SSLError):
        client_context(ClientFiles.written(tmp_path, "thief", stolen, generate_private_key(SECP256R1())))


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_tls_1_2_is_cut_off(service: Running, still_served: StillServed, seeded: Seeded) -> None:
    tls = await service.context(seeded.laptop)
    tls.minimum_version = tls.maximum_version = ssl.TLSVersion.TLSv1_2
    assert await is_cut_off(service, tls)
    await still_served()


@pytest.mark.attack("stranger-at-laptops-door", tier="U")
async def test_plain_http_is_cut_off(service: Running, still_served: StillServed) -> None:
    port = int(service.laptop_url.rsplit(":", 1)[1])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /laptop/v1/authority HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    async with asyncio.timeout(PATIENCE_S):
        said = await reader.read()
    assert b"HTTP" not in said
    assert b"BEGIN CERTIFICATE" not in said
    writer.close()
    await writer.wait_closed()
    await still_served()


async def test_a_session_is_never_resumed_past_its_certificate(service: Running, seeded: Seeded) -> None:
    """A resumed session would show no certificate: there are no tickets to resume one with."""
    port = int(service.laptop_url.rsplit(":", 1)[1])
    tls = await service.context(seeded.laptop)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    writer.write(f"GET {PHOTO} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(PATIENCE_S):
        assert b"no_photo" in await reader.read()
    session = writer.get_extra_info("ssl_object").session
    assert session is None or not session.has_ticket
    writer.close()


@pytest.mark.attack("stolen-certificate", tier="U")
async def test_another_laptops_certificate_asks_in_vain_for_a_booking(
    service: Running, still_served: StillServed, seeded: Seeded
) -> None:
    booking_id = seeded.due.booking_id
    offer = {"booking_id": booking_id, "session": "session-1", "page": "page-0001", "purpose": "call", "sdp": "v=0"}
    async with laptop(service, "Laptop 2") as other:
        _, sheet, _ = await other.hello()
        assert sheet.bookings == ()
        await other.call(booking_id, "live")
        assert await other.refused() is RefusalCode.NOT_YOUR_BOOKING
        await other.say("offer", **offer)
        assert await other.refused() is RefusalCode.NOT_YOUR_BOOKING
    await still_served()
