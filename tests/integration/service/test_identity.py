"""Who a laptop is, over real TLS: enrolled by code, known by certificate, renewed, revoked, enrolled again."""

import asyncio
import json
import ssl
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from sqlalchemy.orm import Session
from websockets.exceptions import InvalidStatus

from contract.documents import DocumentKind
from contract.enrolment import ENROLLED, EnrolAsked
from contract.laptop_link import CertificateIssued, Document
from contract.refusals import RefusalCode
from contract.words import Use
from tests.fakes.service_keys import (
    SEALING_KEY,
    ClientFiles,
    client_context,
    code_for,
    request,
    service_keys,
)
from tests.fakes.visits import NOON, FakeServiceClock, head
from tests.integration.service.harness import Running, laptop, linked, refusal_of, running
from visits.api.arrivals import MOST
from visits.api.enrolment import LONGEST_BODY_BYTES, WRONG_CODES_AT_ONCE, Desk
from visits.api.laptop_photos import AT_ONCE
from visits.api.settings import Settings
from visits.demo_data.seed import Seeded
from visits.domain.identity import Certificate, Happened
from visits.errors import Refused
from visits.keys.authority import AUTHORITY_FOR
from visits.store.documents import put_document
from visits.store.identities import NewCode, keep_code, laptop_named, revoke
from visits.store.identity_list import identities
from visits.tokens import digest

SECRET = "ABCDEFGH12345678"  # the secret part of a code
ASKED = {"code": SECRET, "request": request(), "sealing_key": SEALING_KEY}


async def make_code(service: Running, name: str, lasts: timedelta = timedelta(hours=1)) -> None:
    """SECRET enrols the laptop of this name."""

    def keep(session: Session) -> None:
        now = service.clock.now()
        row = laptop_named(session, name, 1)
        keep_code(session, row.id, NewCode(digest(SECRET), now, now + lasts, "a test"))

    await service.board.store.write(keep)


async def post(service: Running, body: bytes | dict[str, str]) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    async with httpx.AsyncClient(trust_env=False, verify=client_context(None)) as client:
        return await client.post(f"{service.laptop_url}/laptop/v1/enrol", content=content)


def tls_of(service: Running, pem: str, name: str = "given") -> ssl.SSLContext:
    return client_context(ClientFiles.written(service.folder, name, pem))


@pytest.mark.attack("guessed-code", tier="U")
async def test_a_code_gives_an_identity_once(service: Running, seeded: Seeded) -> None:
    await make_code(service, seeded.laptop)
    answer = await post(service, ASKED)
    given = ENROLLED.validate_json(answer.content)
    assert (given.laptop, given.establishment, given.use) == (seeded.laptop, "HMP Cwm Dŵr", Use.DEMO)
    assert (given.server_time, given.replaces) == (NOON, False)
    assert (given.authority, given.keys) == (service_keys().authority.pem, service_keys().key_set)
    async with linked(service, tls_of(service, given.certificate)) as peer:
        welcome, _, _ = await peer.hello()
    assert welcome.laptop == seeded.laptop
    again = await post(service, ASKED)
    assert (again.status_code, refusal_of(again)) == (410, RefusalCode.CODE_USED)


async def test_the_authority_is_shown_to_anybody(service: Running) -> None:
    answer = await service.get("/laptop/v1/authority", None)
    assert answer.text == service_keys().authority.pem
    assert answer.headers["content-type"].startswith("application/x-pem-file")


@pytest.mark.attack("guessed-code", tier="U")
async def test_a_code_that_has_expired_or_was_followed_by_another_enrols_nobody(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    await make_code(service, seeded.laptop, timedelta(minutes=5))
    clock.advance(timedelta(minutes=5))
    answer = await post(service, ASKED)
    assert (answer.status_code, refusal_of(answer)) == (410, RefusalCode.CODE_EXPIRED)


async def test_a_later_code_for_the_same_laptop_ends_the_earlier(service: Running, seeded: Seeded) -> None:
    await make_code(service, seeded.laptop)
    await service.board.store.write(code_for, seeded.laptop, NOON)
    assert refusal_of(await post(service, ASKED)) is RefusalCode.CODE_EXPIRED


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, RefusalCode.MALFORMED),
        (b"\xff", 400, RefusalCode.MALFORMED),
        (b"[" * 30_000, 400, RefusalCode.MALFORMED),
        (b" " * (LONGEST_BODY_BYTES + 1), 413, RefusalCode.TOO_LARGE),
        (json.dumps(ASKED | {"more": "x"}).encode(), 400, RefusalCode.MALFORMED),
        (json.dumps(ASKED).encode()[:-1] + b', "code": "ABCDEFGH12345678"}', 400, RefusalCode.MALFORMED),
        (json.dumps(ASKED | {"request": "no request"}).encode(), 400, RefusalCode.MALFORMED),
        (json.dumps(ASKED | {"sealing_key": "A" * 43 + "="}).encode(), 400, RefusalCode.MALFORMED),
        (json.dumps(ASKED | {"code": "0" * 16}).encode(), 403, RefusalCode.CODE_WRONG),
    ],
    ids=["empty", "no text", "deep", "huge", "unknown field", "twice", "no request", "no key", "wrong code"],
)
async def test_a_request_that_is_refused_does_not_use_up_the_code(
    service: Running, seeded: Seeded, body: bytes, status: int, code: RefusalCode
) -> None:
    await make_code(service, seeded.laptop)
    answer = await post(service, body)
    assert (answer.status_code, refusal_of(answer)) == (status, code)
    assert (await post(service, ASKED)).status_code == 200


@pytest.mark.attack("guessed-code", tier="U")
async def test_after_too_many_wrong_codes_a_right_one_still_enrols(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    await make_code(service, seeded.laptop)
    wrong = ASKED | {"code": "0" * 16}
    for _ in range(int(WRONG_CODES_AT_ONCE)):
        assert refusal_of(await post(service, wrong)) is RefusalCode.CODE_WRONG
    answer = await post(service, wrong)
    assert (answer.status_code, refusal_of(answer)) == (429, RefusalCode.TOO_MANY)
    assert (await post(service, ASKED)).status_code == 200
    clock.advance(timedelta(seconds=6))
    assert refusal_of(await post(service, wrong)) is RefusalCode.CODE_WRONG


async def test_a_laptop_that_is_enrolled_again_is_another_and_the_one_before_is_turned_out(
    service: Running, seeded: Seeded
) -> None:
    async with laptop(service, seeded.laptop) as before:
        await before.hello()
        await before.send(head(5).model_dump_json())
        await make_code(service, seeded.laptop)
        given = ENROLLED.validate_json((await post(service, ASKED)).content)
        assert given.replaces
        assert await before.refused() is RefusalCode.NOT_A_LAPTOP
        assert await before.closed() == 1008
    async with linked(service, tls_of(service, given.certificate)) as after:
        await after.hello()
        await after.send(head(1, origin="laptop-1/anew").model_dump_json())  # a new trail, and no alarm
        assert (await after.hear()).type in ("cosigned", "visitor")
    (listed, *_) = await service.board.store.read(identities, NOON)
    assert [event.happened for event in listed.events][-2:] == [Happened.CODE_MADE, Happened.ENROLLED_AGAIN]


@pytest.mark.attack("laptop-revoked", tier="U")
async def test_a_laptop_that_is_revoked_is_turned_out_within_a_second_and_stays_out(
    service: Running, seeded: Seeded
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        assert await service.board.store.write(revoke, seeded.laptop, NOON, "a test")
        assert await peer.refused() is RefusalCode.NOT_A_LAPTOP
        assert await peer.closed() == 1008
    answer = await service.get(f"/laptop/v1/photos/{'0' * 64}", seeded.laptop)
    assert (answer.status_code, refusal_of(answer)) == (403, RefusalCode.NOT_A_LAPTOP)


@pytest.mark.attack("laptop-revoked", tier="U")
async def test_a_laptop_that_was_turned_away_takes_no_place_among_those_that_arrive(
    service: Running, seeded: Seeded
) -> None:
    await service.context(seeded.laptop)
    await service.board.store.write(revoke, seeded.laptop, NOON, "a test")
    path = f"/laptop/v1/photos/{'0' * 64}"
    assert refusal_of(await service.get(path, seeded.laptop)) is RefusalCode.NOT_A_LAPTOP
    with ExitStack() as full:
        for _ in range(MOST):
            full.enter_context(service.board.arrivals.one())
        with pytest.raises(InvalidStatus) as refused:
            async with laptop(service, seeded.laptop):
                pass
    assert refused.value.response.status_code == 403


async def test_one_certificate_asks_for_so_many_photos_and_no_more(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    path = f"/laptop/v1/photos/{'0' * 64}"
    async with httpx.AsyncClient(trust_env=False, verify=await service.context(seeded.laptop)) as client:
        for _ in range(int(AT_ONCE)):
            assert refusal_of(await client.get(service.laptop_url + path)) is RefusalCode.NO_PHOTO
        assert refusal_of(await client.get(service.laptop_url + path)) is RefusalCode.TOO_MANY
        clock.advance(timedelta(seconds=1))
        assert refusal_of(await client.get(service.laptop_url + path)) is RefusalCode.NO_PHOTO


async def test_a_certificate_that_expires_beneath_a_connection_ends_it(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    async with running(file, clock) as service, laptop(service, seeded.laptop) as peer:
        await peer.hello()
        clock.advance(timedelta(days=3001))
        assert await peer.refused() is RefusalCode.NOT_A_LAPTOP
        assert await peer.closed() == 1008
        answer = await service.get(f"/laptop/v1/photos/{'0' * 64}", seeded.laptop)
        assert refusal_of(answer) is RefusalCode.NOT_A_LAPTOP


@pytest.mark.attack("laptop-revoked", tier="U")
async def test_a_laptop_that_is_revoked_while_it_waits_for_its_place_gets_nothing(
    service: Running, seeded: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptops, waits, looks = service.board.laptops, asyncio.Event(), asyncio.Semaphore(0)
    wait_for_place, expired = laptops.wait_for_place, laptops.expired

    async def noticed(laptop_id: int, longest: timedelta) -> None:
        waits.set()
        await wait_for_place(laptop_id, longest)
        while not looks.locked():
            await looks.acquire()
        await looks.acquire()
        await looks.acquire()  # the watch has looked, from beginning to end, while nobody had the place

    def looked(now: datetime) -> list[Certificate]:
        looks.release()
        return expired(now)

    async def follow() -> None:
        async with laptop(service, seeded.laptop) as second:
            await second.say("hello", protocol=1, software="test")
            assert await second.refused() is RefusalCode.NOT_A_LAPTOP
            assert await second.closed() == 1008

    async with laptop(service, seeded.laptop) as first:
        await first.hello()
        monkeypatch.setattr(laptops, "wait_for_place", noticed)
        monkeypatch.setattr(laptops, "expired", looked)
        following = asyncio.create_task(follow())
        await waits.wait()  # its certificate has been looked at
        await service.board.store.write(revoke, seeded.laptop, NOON, "a test")
        assert await first.closed() == 1008
        await following


async def test_a_renewed_certificate_follows_the_first_once_it_is_used(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    path = f"/laptop/v1/photos/{'0' * 64}"
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await peer.say("renewal", request=request())
        issued = await peer.hear_a(CertificateIssued)
        assert refusal_of(await service.get(path, seeded.laptop)) is RefusalCode.NO_PHOTO  # the first still stands
        clock.advance(timedelta(minutes=2))
        async with httpx.AsyncClient(trust_env=False, verify=tls_of(service, issued.certificate)) as client:
            assert refusal_of(await client.get(service.laptop_url + path)) is RefusalCode.NO_PHOTO
        assert refusal_of(await service.get(path, seeded.laptop)) is RefusalCode.NOT_A_LAPTOP
        await peer.say("time", nonce="n" * 22)  # the line that came with the first goes on
        await peer.document(DocumentKind.TIME)


async def test_nothing_is_renewed_for_another_key_or_all_the_time(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await peer.say("renewal", request=request(generate_private_key(SECP256R1())))
        assert await peer.refused() is RefusalCode.RENEWAL_REFUSED
        await peer.say("renewal", request=request())
        await peer.hear_a(CertificateIssued)
        await peer.say("renewal", request=request())
        assert await peer.refused() is RefusalCode.RENEWAL_REFUSED
        await peer.say("time", nonce="n" * 22)
        await peer.document(DocumentKind.TIME)


async def test_once_the_authority_has_ended_nobody_is_enrolled_and_the_code_is_not_used_up(
    service: Running, seeded: Seeded
) -> None:
    await make_code(service, seeded.laptop, 2 * AUTHORITY_FOR)
    service.clock.advance(2 * AUTHORITY_FOR - timedelta(minutes=1))
    for _ in range(2):
        with pytest.raises(Refused) as refused:
            await Desk(service.board).enrol(EnrolAsked.model_validate(ASKED))
        assert refused.value.code is RefusalCode.RENEWAL_REFUSED


async def test_the_signed_time_names_the_nonce_and_is_valid_for_a_minute(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await peer.say("time", nonce="abcdefghijklmnopqrstuv")
        envelope = await peer.document(DocumentKind.TIME)
    assert json.loads(envelope.payload) == {"nonce": "abcdefghijklmnopqrstuv", "at": NOON.isoformat()}
    minute = timedelta(seconds=60)
    assert (envelope.header.not_before, envelope.header.expires) == (NOON - minute, NOON + minute)
    assert envelope.header.aud.laptop == seeded.laptop


async def test_a_document_that_is_published_reaches_a_laptop_that_is_connected_and_one_that_comes(
    service: Running, seeded: Seeded
) -> None:
    async with laptop(service, seeded.laptop) as peer:
        await peer.hello()
        await service.board.store.write(put_document, DocumentKind.POLICY, 1, None, 7, "signed elsewhere")
        await peer.hear_a(Document, lambda pushed: pushed.document == "signed elsewhere")
    async with laptop(service, seeded.laptop) as peer:
        await peer.say("hello", protocol=1, software="test")
        kinds = [(await peer.hear_a(Document)).kind for _ in range(2)]
    assert kinds == [DocumentKind.POLICY, DocumentKind.SHEET]


async def test_neither_listener_serves_the_others_addresses(service: Running, seeded: Seeded) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        for path in ("/laptop/v1/authority", "/laptop/v1/link", f"/laptop/v1/photos/{'0' * 64}"):
            assert (await client.get(service.url + path)).status_code == 404
        assert (await client.post(f"{service.url}/laptop/v1/enrol", content=b"{}")).status_code == 404
    for path in (f"/v/{seeded.due.link}", "/static/call.js"):
        assert (await service.get(path, seeded.laptop)).status_code == 404
    async with httpx.AsyncClient(trust_env=False, verify=client_context(None)) as client:
        assert (await client.post(f"{service.laptop_url}/v/{seeded.due.link}/claim")).status_code == 404


def test_settings_say_how_long_certificates_and_sheets_last() -> None:
    assert (Settings().certificates_last, Settings().sheets_last) == (timedelta(days=180), timedelta(hours=36))
