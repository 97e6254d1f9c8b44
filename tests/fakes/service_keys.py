"""A service's keys and laptops with certificates, for tests: made once, good for years by any clock a test may tell."""

import base64
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import opened
from contract.sheet import CALL_SHEET, CallSheet
from contract.words import Use
from visits.domain.records import Digest
from visits.keys.authority import Issued, private_pem
from visits.keys.folder import Names, make_keys
from visits.keys.live import LiveKeys
from visits.keys.request import LaptopKey
from visits.store.identities import Issue, NewCode, enrol, keep_code, laptop_named
from visits.store.laptops import SheetSigning, only_establishment
from visits.tokens import digest, new_token

NAMES: Final = Names("visits, tried", Use.DEMO, ("127.0.0.1", "localhost"))
LONG: Final = timedelta(days=3000)
SEALING_KEY: Final = base64.b64encode(X25519PrivateKey.generate().public_key().public_bytes_raw()).decode()


@cache
def _folder() -> TemporaryDirectory[str]:
    """One folder for the whole run; it goes with the process."""
    folder = TemporaryDirectory(prefix="visits-keys-")
    make_keys(Path(folder.name) / "keys", NAMES, datetime.now(UTC))
    return folder


@cache
def service_keys() -> LiveKeys:
    """The keys of the service under test. A test that changes keys makes its own."""
    return LiveKeys(Path(_folder().name) / "keys")


@cache
def laptop_key() -> EllipticCurvePrivateKey:
    """The private key of a laptop; every test laptop has the same, so that none has to be made."""
    return generate_private_key(SECP256R1())


def signing(now: datetime, lasts: timedelta = timedelta(hours=36)) -> SheetSigning:
    """With what a sheet is signed."""
    return SheetSigning(service_keys().signer, now, lasts)


def issuing(now: datetime, lasts: timedelta = LONG) -> Issue:
    """What gives laptops their certificates."""
    return lambda name, key: service_keys().issue(name, key, now, lasts)


def request(key: EllipticCurvePrivateKey | None = None) -> str:
    """A certificate request, as PEM."""
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    return builder.sign(key or laptop_key(), SHA256()).public_bytes(Encoding.PEM).decode()


def code_for(session: Session, name: str, now: datetime, lasts: timedelta = timedelta(hours=1)) -> Digest:
    """An enrolment code for the laptop of this name, by its digest."""
    code = digest(new_token())
    row = laptop_named(session, name, only_establishment(session))
    keep_code(session, row.id, NewCode(code, now, now + lasts, "a test"))
    return code


def enrolled(session: Session, name: str, now: datetime, issue: Issue | None = None) -> Issued:
    """Enrol the laptop of this name, as the service does."""
    code = code_for(session, name, now)
    return enrol(session, code, LaptopKey(laptop_key().public_key()), SEALING_KEY, now, issue or issuing(now)).issued


@dataclass(frozen=True)
class ClientFiles:
    """A certificate and its key where OpenSSL finds them."""

    certificate: Path
    key: Path

    @classmethod
    def written(cls, folder: Path, name: str, pem: str, key: EllipticCurvePrivateKey | None = None) -> "ClientFiles":
        """Put them there."""
        files = cls(folder / f"{name}.client.pem", folder / f"{name}.client.key")
        files.certificate.write_text(pem)
        files.key.write_bytes(private_pem(key or laptop_key()))
        return files


def client_context(files: ClientFiles | None, authority: str | None = None) -> ssl.SSLContext:
    """A laptop's TLS, by hand: that authority alone, and its certificate if it has one."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_verify_locations(cadata=authority or service_keys().authority.pem)
    if files is not None:
        context.load_cert_chain(files.certificate, files.key)
    return context


def sheet_in(document: str) -> CallSheet:
    """The sheet in a document that these keys have signed."""
    return CALL_SHEET.validate_json(opened(document, DocumentKind.SHEET, service_keys().key_set.key_of).payload)
