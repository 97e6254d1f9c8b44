"""The folder of the service's keys: made once, never written over, read whole. Opens no line and no database.

authority.key authority.pem   the authority over laptops
server.key server.pem         the laptops' listener
relay.key relay.pem           the relay by TLS, where there is one: for coturn's machine; relay.pem may stay, to warn by
documents.key                 signs sheets, rosters and the time; must be on line
policy.key                    signs policies and which keys count; may be kept elsewhere
keys.json                     which public keys count: what a laptop is given at enrolment
"""

import base64
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.documents import DocumentKind
from contract.key_set import KEY_SET, DocumentKey, KeySet
from contract.strict import Malformed, parse
from contract.words import Use
from visits.errors import ServiceError
from visits.keys.authority import Authority, hosts_of
from visits.keys.files import read_secret, sync_folder, write_whole
from visits.keys.signer import DOCUMENTS, POLICY, DocumentSigner, key_id, pem_of

FOLDER_MODE: Final = 0o700
RENEWED_BEFORE: Final = timedelta(days=60)  # its end, whenever the service starts
AUTHORITY_KEY, AUTHORITY_PEM = "authority.key", "authority.pem"
SERVER_KEY, SERVER_PEM = "server.key", "server.pem"
RELAY_KEY, RELAY_PEM = "relay.key", "relay.pem"
DOCUMENTS_KEY, POLICY_KEY, KEYS_JSON = "documents.key", "policy.key", "keys.json"


@dataclass(frozen=True, slots=True)
class Names:
    """What the keys are made for. `issuer` is what documents name as theirs; `hosts` is where laptops reach us."""

    issuer: str
    use: Use
    hosts: Sequence[str]


@dataclass(frozen=True, slots=True)
class ServiceKeys:
    """What a running service needs; the policy key is not among it."""

    authority: Authority
    server_certificate: x509.Certificate
    signer: DocumentSigner
    key_set: KeySet


def default_folder(database: Path) -> Path:
    """Where the keys of the service that uses `database` lie, unless it is told another place."""
    return database.with_name(f"{database.name}.keys")


def make_keys(folder: Path, names: Names, now: datetime) -> ServiceKeys:
    """New keys, the whole folder or none of it. Raises ServiceError where there are some already, or OSError."""
    if folder.exists():
        raise ServiceError(f"{folder} is there already: keys are never written over")
    draft = folder.with_name(f".{folder.name}.{os.getpid()}")
    draft.mkdir(mode=FOLDER_MODE)
    authority = Authority.made(f"{names.issuer[:40]} laptops", now)
    server_key, server_pem = authority.for_listener(names.hosts, now)
    documents, policy = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
    entries = (
        entry_of(documents, names.issuer, names.use, DOCUMENTS),
        entry_of(policy, names.issuer, names.use, POLICY),
    )
    for name, content in (
        (AUTHORITY_KEY, authority.key_pem),
        (AUTHORITY_PEM, authority.pem.encode()),
        (SERVER_KEY, server_key),
        (SERVER_PEM, server_pem),
        (DOCUMENTS_KEY, pem_of(documents)),
        (POLICY_KEY, pem_of(policy)),
        (KEYS_JSON, as_json(KeySet(keys=entries))),
    ):
        write_whole(draft / name, content)
    draft.rename(folder)
    sync_folder(folder.parent)
    return read_keys(folder)


def read_keys(folder: Path) -> ServiceKeys:
    """The keys of a service. Raises ServiceError for what is missing or does not fit, or OSError."""
    if not folder.is_dir():
        raise ServiceError(f"there are no keys in {folder}: make them with `visits ca init`")
    key_set = read_key_set(folder)
    authority = Authority.read(read_secret(folder / AUTHORITY_KEY), (folder / AUTHORITY_PEM).read_bytes())
    signer = DocumentSigner.read(read_secret(folder / DOCUMENTS_KEY), key_set)
    try:
        server = x509.load_pem_x509_certificate((folder / SERVER_PEM).read_bytes())
    except ValueError as error:
        raise ServiceError(f"{folder / SERVER_PEM} holds no certificate") from error
    return ServiceKeys(authority, server, signer, key_set)


def read_key_set(folder: Path, name: str = KEYS_JSON) -> KeySet:
    """Which keys count. Raises ServiceError or OSError."""
    try:
        return parse((folder / name).read_bytes(), KEY_SET)
    except Malformed as error:
        raise ServiceError(f"{folder / name}: {error}") from error


def read_policy_signer(folder: Path, elsewhere: Path | None = None) -> DocumentSigner:
    """What signs policies and key sets; with its key in `elsewhere` if it is kept apart. Raises ServiceError."""
    file = elsewhere or folder / POLICY_KEY
    if not file.exists():
        raise ServiceError(f"there is no policy key in {file}: name its file")
    return DocumentSigner.read(read_secret(file), read_key_set(folder))


def renew_server(folder: Path, authority: Authority, hosts: Sequence[str], now: datetime) -> x509.Certificate:
    """A new key and certificate for the laptops' listener; a running service takes them up when it starts again."""
    return _write_pair(folder / SERVER_KEY, folder / SERVER_PEM, authority.for_listener(hosts, now))


def make_relay(folder: Path, authority: Authority, hosts: Sequence[str], now: datetime) -> x509.Certificate:
    """A new key and certificate for the relay at `hosts`, by which laptops know it by TLS."""
    return _write_pair(folder / RELAY_KEY, folder / RELAY_PEM, authority.for_listener(hosts, now))


def _write_pair(key_file: Path, pem_file: Path, pair: tuple[bytes, bytes]) -> x509.Certificate:
    """Both in one file each; the certificate last: a pair that does not fit is noticed at the start, not used."""
    key, pem = pair
    write_whole(key_file, key)
    write_whole(pem_file, pem)
    return x509.load_pem_x509_certificate(pem)


def renew_server_if_due(folder: Path, now: datetime) -> bool:
    """Renew the listener's certificate, for the same hosts, when its last weeks have begun; whether it was."""
    keys = read_keys(folder)
    if now + RENEWED_BEFORE < keys.server_certificate.not_valid_after_utc:
        return False
    renew_server(folder, keys.authority, hosts_of(keys.server_certificate), now)
    return True


def relay_due(folder: Path, now: datetime) -> datetime | None:
    """When the newest relay's certificate ends, once its last weeks have begun; nobody renews it by themselves.

    Raises ServiceError for a file that holds none.
    """
    file = folder / RELAY_PEM
    if not file.exists():
        return None
    try:
        ends_at = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except ValueError as error:
        raise ServiceError(f"{file} holds no certificate") from error
    return ends_at if now + RENEWED_BEFORE >= ends_at else None


def entry_of(key: Ed25519PrivateKey, issuer: str, use: Use, signs: frozenset[DocumentKind]) -> DocumentKey:
    """What laptops are told of a key."""
    public = key.public_key()
    spelled = base64.b64encode(public.public_bytes_raw()).decode()
    return DocumentKey(key_id=key_id(public), public_key=spelled, issuer=issuer, use=use, signs=signs)


def as_json(keys: KeySet) -> bytes:
    """The key set as it stands in its file and in a KEYS document."""
    return keys.model_dump_json().encode()
