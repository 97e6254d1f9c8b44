"""The laptop's certificates: asking for one, and telling whether one is ours. Pure; keeps nothing and opens nothing."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.errors import Untrusted

ASKS_AS: Final = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "visit-laptop")])  # the service gives the name
LIVED_OF_LIFE: Final = 6  # renewed after a sixth: a laptop left without a network for most of a life still has one


@dataclass(frozen=True)
class Credentials:
    """What the laptop knows the service by, and is known by; `authority`, `certificate` and `key` are PEM."""

    service: str
    authority: str
    certificate: str
    key: str = field(repr=False)


def request_for(key_pem: str) -> str:
    """PKCS#10, as PEM, signed with this key. Raises Untrusted for what is no ECDSA key."""
    try:
        key = load_pem_private_key(key_pem.encode(), None)
    except (ValueError, TypeError) as error:
        raise Untrusted("the laptop's key cannot be read") from error
    if not isinstance(key, EllipticCurvePrivateKey):
        raise Untrusted("the laptop's key is of another kind")
    request = x509.CertificateSigningRequestBuilder(ASKS_AS).sign(key, SHA256())
    return request.public_bytes(Encoding.PEM).decode()


def public_key_of(key_pem: str) -> CertificatePublicKeyTypes:
    """The public half of a key."""
    return load_pem_private_key(key_pem.encode(), None).public_key()  # type: ignore[return-value]  # never one for encryption


def read(untrusted_pem: str) -> x509.Certificate:
    """One certificate, and nothing beside it. Raises Untrusted."""
    try:
        (certificate,) = x509.load_pem_x509_certificates(untrusted_pem.encode())
    except ValueError as error:
        raise Untrusted("it is not one certificate") from error
    return certificate


def issued(untrusted_pem: str, key: CertificatePublicKeyTypes, authority_pem: str) -> x509.Certificate:
    """The certificate, if this authority has made it for this key and for showing who a laptop is. Raises Untrusted."""
    certificate, authority = read(untrusted_pem), read(authority_pem)
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, ValueError, TypeError) as error:
        raise Untrusted("it is by another authority") from error
    if _raw(certificate.public_key()) != _raw(key):
        raise Untrusted("it is for another key")
    if not _shows_a_client(certificate):
        raise Untrusted("it is not for showing who a laptop is")
    return certificate


def successor(untrusted_pem: str, last: x509.Certificate, authority_pem: str) -> x509.Certificate:
    """The certificate, if it is the next one after `last`: same key, same name, good for longer. Raises Untrusted."""
    certificate = issued(untrusted_pem, last.public_key(), authority_pem)
    if (certificate.subject, _names(certificate)) != (last.subject, _names(last)):
        raise Untrusted("it is for another laptop")
    if certificate.not_valid_after_utc <= last.not_valid_after_utc:
        raise Untrusted("it is not good for longer than the one there is")
    return certificate


def is_due(certificate: x509.Certificate, now: datetime) -> bool:
    """Whether it is time for the next one."""
    return now >= certificate.not_valid_before_utc + life(certificate) / LIVED_OF_LIFE


def life(certificate: x509.Certificate) -> timedelta:
    """From its first instant to its last."""
    return certificate.not_valid_after_utc - certificate.not_valid_before_utc


def _raw(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _names(certificate: x509.Certificate) -> frozenset[x509.GeneralName]:
    try:
        return frozenset(certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return frozenset()


def _shows_a_client(certificate: x509.Certificate) -> bool:
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.CLIENT_AUTH in uses
