"""Authorities and the certificates they give, made in a test and good for nothing else."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

YEAR: Final = timedelta(days=365)
HERE: Final = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))


class Authority:
    """Signs certificates; its own is at `file`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name, self._key = folder, _name(name), Ed25519PrivateKey.generate()
        own = _certificate(self._name, self._name, self._key, datetime.now(UTC) + YEAR)
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(own.sign(self._key, None).public_bytes(Encoding.PEM))

    def server(self, called: x509.GeneralName = HERE, *, until: datetime | None = None) -> ssl.SSLContext:
        """What a server of this name presents, until then."""
        key = Ed25519PrivateKey.generate()
        certificate = _certificate(_name("service"), self._name, key, until or datetime.now(UTC) + YEAR)
        certificate = certificate.add_extension(x509.SubjectAlternativeName([called]), critical=False)
        file = self._folder / "server.pem"
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        file.write_bytes(private + certificate.sign(self._key, None).public_bytes(Encoding.PEM))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(file)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: Ed25519PrivateKey, until: datetime
) -> x509.CertificateBuilder:
    return x509.CertificateBuilder(
        subject_name=subject,
        issuer_name=issuer,
        public_key=key.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=until - 2 * YEAR,
        not_valid_after=until,
    )
