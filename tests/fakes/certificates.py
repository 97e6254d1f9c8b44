"""Authorities, and the certificates they give to services and laptops, made in a test and good for nothing else."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.certificates import Credentials

YEAR: Final = timedelta(days=365)
LIFE: Final = timedelta(days=180)
HERE: Final = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


class Authority:
    """Signs certificates; its own is at `file`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._key = folder, _name(name), generate_private_key(SECP256R1())
        own = _certificate(self._name, self._name, self._key.public_key(), datetime.now(UTC) + YEAR)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / f"{name}.pem"
        self.pem = own.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()
        self.file.write_text(self.pem)

    @property
    def der(self) -> bytes:
        return x509.load_pem_x509_certificate(self.pem.encode()).public_bytes(Encoding.DER)

    def server_file(self, called: x509.GeneralName = HERE, *, until: datetime | None = None) -> Path:
        """Key and certificate of a server of this name, until then."""
        key = generate_private_key(SECP256R1())
        certificate = _certificate(_name("service"), self._name, key.public_key(), until or datetime.now(UTC) + YEAR)
        certificate = certificate.add_extension(x509.SubjectAlternativeName([called]), critical=False)
        file = self._folder / "server.pem"
        signed = certificate.sign(self._key, SHA256()).public_bytes(Encoding.PEM)
        file.write_bytes(pem_of(key).encode() + signed)
        return file

    def server(
        self, called: x509.GeneralName = HERE, *, until: datetime | None = None, needs_laptops: bool = False
    ) -> ssl.SSLContext:
        """What a server of this name presents, until then; it may want a certificate of ours from whoever comes."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.server_file(called, until=until))
        if needs_laptops:
            context.load_verify_locations(self.file)
            context.verify_mode = ssl.CERT_REQUIRED
        return context

    def laptop(
        self,
        key: EllipticCurvePublicKey,
        name: str = "Visits 1",
        *,
        since: datetime | None = None,
        life: timedelta = LIFE,
        use: x509.ObjectIdentifier = ExtendedKeyUsageOID.CLIENT_AUTH,
    ) -> str:
        """A laptop's certificate, as PEM."""
        since = since or datetime.now(UTC) - timedelta(minutes=5)
        made = _certificate(_name(name), self._name, key, since + life, since)
        made = made.add_extension(x509.ExtendedKeyUsage([use]), critical=True)
        return made.sign(self._key, SHA256()).public_bytes(Encoding.PEM).decode()

    def credentials(self, service: str, name: str = "Visits 1") -> Credentials:
        """All that an enrolled laptop of this authority has."""
        key = generate_private_key(SECP256R1())
        return Credentials(service, self.pem, self.laptop(key.public_key(), name), pem_of(key))


def pem_of(key: EllipticCurvePrivateKey) -> str:
    """A key, as a vault keeps it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def key_of(pem: str) -> EllipticCurvePrivateKey:
    """The same, read."""
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, EllipticCurvePrivateKey)
    return key


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: EllipticCurvePublicKey,
    until: datetime,
    since: datetime | None = None,
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key,
        serial_number=x509.random_serial_number(),
        not_valid_before=since or until - 2 * YEAR,
        not_valid_after=until,
    )
