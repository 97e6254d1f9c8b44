"""Laptops' certificates: for whoever has the key, under the name the service gives, and for clients alone."""

import base64
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from contract.refusals import RefusalCode
from tests.fakes.service_keys import SEALING_KEY, laptop_key, request, service_keys
from tests.fakes.visits import NOON
from visits.errors import Refused, ServiceError
from visits.keys.authority import Authority, serial_of
from visits.keys.request import key_in
from visits.keys.sealing import check_sealing_key

BUILDER = x509.CertificateSigningRequestBuilder()
NAMED = BUILDER.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "somebody else")]))


def pem(request: x509.CertificateSigningRequest) -> str:
    return request.public_bytes(Encoding.PEM).decode()


def test_a_laptop_gets_a_certificate_for_its_key_and_never_the_name_it_asks_for() -> None:
    asked = pem(
        NAMED.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True).sign(
            laptop_key(), SHA256()
        )
    )
    issued = service_keys().issue("Laptop 1", key_in(asked), NOON, timedelta(days=180))
    made = x509.load_pem_x509_certificate(issued.pem.encode())
    assert made.subject.rfc4514_string() == "CN=Laptop 1"
    assert made.public_key() == laptop_key().public_key()
    assert not made.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    uses = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(uses) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert (serial_of(made), made.not_valid_after_utc) == (issued.serial, NOON + timedelta(days=180))
    made.verify_directly_issued_by(service_keys().authority.certificate)


def test_an_ed25519_key_is_as_good() -> None:
    key = Ed25519PrivateKey.generate()
    assert key_in(pem(NAMED.sign(key, None))).public == key.public_key()


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "nonsense",
        "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
        pem(NAMED.sign(ec.generate_private_key(ec.SECP384R1()), SHA256())),
        pem(NAMED.sign(rsa.generate_private_key(65537, 2048), SHA256())),
    ],
    ids=["nothing", "nonsense", "no PKCS#10", "P-384", "RSA"],
)
def test_a_request_that_is_none_or_for_another_kind_of_key_is_refused(asked: str) -> None:
    with pytest.raises(Refused) as refused:
        key_in(asked)
    assert refused.value.code is RefusalCode.MALFORMED


def test_a_request_that_its_key_has_not_signed_is_refused() -> None:
    good = base64.b64decode("".join(request().splitlines()[1:-1]))
    bent = good[:-1] + bytes([good[-1] ^ 1])
    text = (
        f"-----BEGIN CERTIFICATE REQUEST-----\n{base64.b64encode(bent).decode()}\n-----END CERTIFICATE REQUEST-----\n"
    )
    with pytest.raises(Refused) as refused:
        key_in(text)
    assert refused.value.code is RefusalCode.MALFORMED


def test_no_certificate_outlasts_its_authority() -> None:
    authority = Authority.made("short", NOON, timedelta(days=10))
    key = key_in(request())
    assert authority.for_laptop("Laptop 1", key, NOON, timedelta(days=180)).not_after == NOON + timedelta(days=10)
    with pytest.raises(ServiceError, match="the authority has expired"):
        authority.for_laptop("Laptop 1", key, NOON + timedelta(days=11), timedelta(days=180))


def test_a_name_too_long_for_a_certificate_is_refused_in_words() -> None:
    with pytest.raises(ServiceError, match="choose a shorter one"):
        service_keys().issue("ŵ" * 33, key_in(request()), NOON, timedelta(days=1))


def test_a_sealing_key_that_keeps_no_secret_is_refused() -> None:
    check_sealing_key(SEALING_KEY)
    for raw in (bytes(32), b"\x01" + bytes(31)):
        with pytest.raises(Refused, match="malformed"):
            check_sealing_key(base64.b64encode(raw).decode())
