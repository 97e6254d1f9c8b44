"""Enrolment over real TLS: a laptop is enrolled by the service that made its code, and by nothing else."""

import base64
import json
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from contract.enrol_code import EnrolCode
from contract.enrolment import Enrolled
from contract.refusals import SENTENCE, RefusalCode
from kiosk.errors import KioskError, Refused, Unavailable
from kiosk.link.enrolling import LONGEST_BYTES, enrol
from tests.fakes.certificates import Authority, pem_of
from tests.fakes.enrolling_service import EnrollingService, served

KEY = generate_private_key(SECP256R1())
SEALING = base64.b64encode(bytes(32)).decode()
YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def ours(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "ours")


@pytest.fixture
def other(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "other")


async def asked(service: EnrollingService, shown: ssl.SSLContext | None, code: EnrolCode | None = None) -> Enrolled:
    async with served(service, shown) as url:
        return await enrol(url, code or service.code, pem_of(KEY), SEALING)


async def refused(service: EnrollingService, shown: ssl.SSLContext | None, code: EnrolCode | None = None) -> str:
    with pytest.raises(KioskError) as caught:
        await asked(service, shown, code)
    assert caught.value.args[0].endswith(".")
    return str(caught.value)


async def test_the_service_that_made_the_code_enrols_a_laptop_and_learns_no_key_of_it(ours: Authority) -> None:
    service = EnrollingService(ours)
    answer = await asked(service, ours.server())
    assert x509.load_pem_x509_certificate(answer.certificate.encode()).public_key() == KEY.public_key()
    (said,) = service.asked
    assert said.code == service.code.secret
    assert said.sealing_key == SEALING
    assert "PRIVATE" not in said.model_dump_json()


async def test_a_service_of_another_authority_is_not_even_told_the_code(ours: Authority, other: Authority) -> None:
    service = EnrollingService(other)
    code = EnrolCode(service.code.secret, EnrollingService(ours).code.fingerprint)
    assert "not the service that made this code" in await refused(service, other.server(), code)
    assert service.asked == []


async def test_one_that_shows_our_authority_and_is_not_of_it_is_not_told_the_code(
    ours: Authority, other: Authority
) -> None:
    service = EnrollingService(ours)
    assert "not the service that made this code" in await refused(service, other.server())
    assert service.asked == []


@pytest.mark.parametrize("shown", ["", "nonsense", "x" * (LONGEST_BYTES + 1), "two"])
async def test_an_authority_that_is_no_single_certificate_is_none(ours: Authority, shown: str) -> None:
    service = EnrollingService(ours, shown_authority=2 * ours.pem if shown == "two" else shown or " ")
    assert "not the service that made this code" in await refused(service, ours.server())


def old(ours: Authority) -> ssl.SSLContext:
    context = ours.server()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


async def test_each_way_a_service_can_be_wrong_has_its_sentence(ours: Authority) -> None:
    service = EnrollingService(ours)
    assert "is not valid today" in await refused(service, ours.server(until=YESTERDAY))
    assert "does not name this address" in await refused(service, ours.server(x509.DNSName("visits.example")))
    assert "does not encrypt" in await refused(service, None)
    assert service.asked == []


async def test_nobody_there_and_a_service_too_old_get_no_code(ours: Authority) -> None:
    service = EnrollingService(ours)
    assert "Nothing answers at" in await refused(service, old(ours))
    with pytest.raises(Unavailable, match=r"Nothing answers at https://127\.0\.0\.1:1\. Check"):
        await enrol("https://127.0.0.1:1", service.code, pem_of(KEY), SEALING)
    assert service.asked == []


async def test_a_refusal_of_the_service_is_said_as_it_is(ours: Authority) -> None:
    service = EnrollingService(ours, refuses=RefusalCode.UNAVAILABLE)
    assert await refused(service, ours.server()) == SENTENCE[RefusalCode.UNAVAILABLE]


TWISTS: dict[str, tuple[Callable[[Authority, Authority], Callable[[Enrolled], Enrolled]], str]] = {
    "another's key": (
        lambda ours, _: (
            lambda it: it.model_copy(
                update={"certificate": ours.laptop(generate_private_key(SECP256R1()).public_key())}
            )
        ),
        "it is for another key",
    ),
    "another authority's": (
        lambda _, other: lambda it: it.model_copy(update={"certificate": other.laptop(KEY.public_key())}),
        "it is by another authority",
    ),
    "a server's": (
        lambda ours, _: (
            lambda it: it.model_copy(
                update={"certificate": ours.laptop(KEY.public_key(), use=ExtendedKeyUsageOID.SERVER_AUTH)}
            )
        ),
        "it is not for showing who a laptop is",
    ),
    "another laptop's": (
        lambda ours, _: lambda it: it.model_copy(update={"certificate": ours.laptop(KEY.public_key(), "Visits 2")}),
        "its certificate is for another laptop",
    ),
    "names another": (
        lambda _, other: lambda it: it.model_copy(update={"authority": other.pem}),
        "it names another authority",
    ),
    "expired": (
        lambda ours, _: (
            lambda it: it.model_copy(
                update={"certificate": ours.laptop(KEY.public_key(), since=YESTERDAY, life=timedelta(hours=1))}
            )
        ),
        "not valid now",
    ),
    "nonsense": (lambda *_: lambda it: it.model_copy(update={"certificate": "x"}), "it is not one certificate"),
}


@pytest.mark.parametrize("twist", TWISTS)
async def test_an_answer_that_does_not_check_out_enrols_nobody(ours: Authority, other: Authority, twist: str) -> None:
    made, why = TWISTS[twist]
    assert why in await refused(EnrollingService(ours, twist=made(ours, other)), ours.server())


@pytest.mark.parametrize("raw", [b"", b"{}", json.dumps([1]).encode(), b"x" * (4 * LONGEST_BYTES)])
async def test_an_answer_that_is_none_enrols_nobody(ours: Authority, raw: bytes) -> None:
    said = await refused(EnrollingService(ours, raw=raw), ours.server())
    assert "cannot be used" in said
    assert len(said) < 400


async def test_a_redirection_is_not_followed(ours: Authority) -> None:
    service = EnrollingService(ours)
    async with served(service, ours.server()) as url:
        with pytest.raises(Refused, match="not the service that made this code"):
            await enrol(f"{url}/elsewhere", service.code, pem_of(KEY), SEALING)
