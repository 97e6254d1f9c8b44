"""What whoever holds the service's keys can make: certificates from other days and for other places."""

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

from visits.keys.authority import Authority

LIFE = timedelta(days=180)


def authority(keys: Path) -> Authority:
    """The service's own."""
    return Authority.read((keys / "authority.key").read_bytes(), (keys / "authority.pem").read_bytes())


def older(keys: Path, certificate: str, days: int, left: int | None) -> str:
    """The same certificate, with the same serial number, as it would be had it been issued so long ago."""
    now, like = datetime.now(UTC).replace(microsecond=0), x509.load_pem_x509_certificate(certificate.encode())
    since = now - timedelta(days=days)
    until = since + LIFE if left is None else now + timedelta(days=left)
    made = x509.CertificateBuilder(
        like.issuer, like.subject, like.public_key(), like.serial_number, since, until, list(like.extensions)
    )
    key = load_pem_private_key((keys / "authority.key").read_bytes(), None)
    return made.sign(key, SHA256()).public_bytes(Encoding.PEM).decode()  # type: ignore[arg-type]  # an ECDSA key


def shows(by: Authority, folder: Path, host: str = "127.0.0.1", *, days_ago: int = 0) -> Path:
    """Key and certificate of a listener for `host`, made so many days ago and good for a day, in one file."""
    key, certificate = by.for_listener([host], datetime.now(UTC) - timedelta(days=days_ago), timedelta(days=1))
    file = folder / f"listener-{host}-{days_ago}.pem"
    file.write_bytes(key + certificate)
    return file


def listener(file: Path) -> ssl.SSLContext:
    """TLS as a listener with this key and certificate speaks it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
