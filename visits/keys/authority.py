"""The private authority: certificates of laptops and of the laptops' listener, and of nobody else. Keeps no list."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from visits.errors import Expired, ServiceError
from visits.keys.request import LaptopKey

AUTHORITY_FOR: Final = timedelta(days=3652)
SERVER_FOR: Final = timedelta(days=397)
BACKDATED: Final = timedelta(hours=1)  # for a laptop whose clock is a little behind
LONGEST_NAME_BYTES: Final = 64  # of a common name, X.520
HOST_NAME: Final = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)


AnyKey = ec.EllipticCurvePublicKey | Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Issued:
    """A laptop's certificate, and what the service keeps of it. `serial` in hex."""

    serial: str
    pem: str
    not_before: datetime
    not_after: datetime
    key_digest: str


@dataclass(frozen=True, slots=True)
class Authority:
    """The key and its own certificate. It signs laptops' certificates for `clientAuth` and the listener's alone."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    certificate: x509.Certificate

    @classmethod
    def made(cls, name: str, now: datetime, lasts: timedelta = AUTHORITY_FOR) -> Self:
        """A new one; it may sign no other authority."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _named(name)
        builder = _builder(subject, key.public_key(), subject, (now - BACKDATED, now + lasts))
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
        return cls(key, builder.sign(key, SHA256()))

    @classmethod
    def read(cls, key_pem: bytes, certificate_pem: bytes) -> Self:
        """Raises ServiceError for what is not a key and its certificate."""
        try:
            key = load_pem_private_key(key_pem, None)
            certificate = x509.load_pem_x509_certificate(certificate_pem)
        except (ValueError, TypeError) as error:
            raise ServiceError("the authority's key or certificate cannot be read") from error
        if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
            raise ServiceError("the authority's certificate is of another key")
        return cls(key, certificate)

    @property
    def pem(self) -> str:
        """Its certificate, which anybody may have."""
        return self.certificate.public_bytes(Encoding.PEM).decode()

    @property
    def der(self) -> bytes:
        """Its certificate, as the enrolment code's fingerprint is taken of it."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def key_pem(self) -> bytes:
        """Its private key, for its file alone."""
        return private_pem(self.key)

    def for_laptop(self, name: str, key: LaptopKey, since: datetime, lasts: timedelta) -> Issued:
        """A certificate for the laptop of this name. It never outlasts the authority. Raises ServiceError."""
        since, until = self._within(since - BACKDATED, since + lasts)
        builder = _builder(_named(name), key.public, self.certificate.subject, (since, until))
        made = self._signed(builder, ExtendedKeyUsageOID.CLIENT_AUTH)
        pem = made.public_bytes(Encoding.PEM).decode()
        return Issued(serial_of(made), pem, since, until, key.digest)

    def for_listener(self, hosts: Sequence[str], now: datetime, lasts: timedelta = SERVER_FOR) -> tuple[bytes, bytes]:
        """A new key and certificate, as PEM, for the laptops' listener at `hosts`. Raises ServiceError."""
        if not hosts:
            raise ServiceError("the laptops' listener needs a name or an address")
        key = ec.generate_private_key(ec.SECP256R1())
        valid = self._within(now - BACKDATED, now + lasts)
        builder = _builder(_named("visits"), key.public_key(), self.certificate.subject, valid)
        names = x509.SubjectAlternativeName([_general_name(host) for host in hosts])
        made = self._signed(builder.add_extension(names, critical=False), ExtendedKeyUsageOID.SERVER_AUTH)
        return private_pem(key), made.public_bytes(Encoding.PEM)

    def _within(self, since: datetime, until: datetime) -> tuple[datetime, datetime]:
        since = since.replace(microsecond=0)
        until = min(until.replace(microsecond=0), self.certificate.not_valid_after_utc)
        if until <= since:
            raise Expired("the authority has expired: make new keys and enrol every laptop again")
        return since, until

    def _signed(self, builder: x509.CertificateBuilder, purpose: x509.ObjectIdentifier) -> x509.Certificate:
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        ours = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return builder.add_extension(ours, critical=False).sign(self.key, SHA256())


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number as it is stored."""
    return format(certificate.serial_number, "x")


def hosts_of(certificate: x509.Certificate) -> list[str]:
    """The names and addresses that a listener's certificate is for."""
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return [str(name.value) for name in names]


def private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A private key as PEM (PKCS#8), for a file for its user only."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _named(name: str) -> x509.Name:
    if not 0 < len(name.encode()) <= LONGEST_NAME_BYTES:
        raise ServiceError(f"a name in a certificate has at most {LONGEST_NAME_BYTES} bytes: choose a shorter one")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, key: AnyKey, issuer: x509.Name, valid: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    since, until = (moment.replace(microsecond=0) for moment in valid)
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), since, until)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        if not HOST_NAME.fullmatch(host.lower()):
            raise ServiceError(f"{host!r} is no host name and no IP address") from None
        return x509.DNSName(host.lower())
