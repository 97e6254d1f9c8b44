"""The files that `visits policy` reads: texts, signed documents, keys; each fault is one sentence. It signs nothing."""

import base64
import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from contract.documents import LONGEST_BYTES, SENTENCE, DocumentKind
from contract.envelope import SHAPE, Envelope, Header, NotAccepted, header_of, opened
from contract.key_set import KEY_SET, DocumentKey, KeySet
from contract.policy import Policy, policy_in
from contract.policy_network import Host, endpoint_of, host_of
from contract.policy_text import PolicyWrong
from contract.signed_policy import policy_of
from contract.strict import Malformed, parse
from visits.domain.policy_reach import Listener
from visits.errors import ServiceError
from visits.keys.authority import hosts_of
from visits.keys.files import read_secret
from visits.keys.folder import SERVER_PEM, default_folder

LONGEST_FILE: Final = max(LONGEST_BYTES.values())
KIND: Final = DocumentKind.POLICY


@dataclass(frozen=True)
class Signed:
    """A signed policy. `checked` says whether a key set was there to check the signature with."""

    document: str
    header: Header
    text: str
    policy: Policy
    checked: bool


def text_in(file: Path) -> str:
    """What the file says. Raises ServiceError; OSError says for itself which file."""
    with file.open("rb") as source:
        raw = source.read(LONGEST_FILE + 1)
    if len(raw) > LONGEST_FILE:
        raise ServiceError(f"{file} is too large.")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise ServiceError(f"{file} is no text.") from None


def policy_from(file: Path) -> Policy:
    """The policy in a text, or in a signed document whose signature is not looked at. Raises ServiceError."""
    text = text_in(file)
    return _signed(file, text.strip(), None).policy if SHAPE.fullmatch(text.strip()) else _read(file, text)


def signed_from(file: Path, keys: KeySet | None) -> Signed:
    """The signed policy in `file`, checked with `keys` where they are given. Raises ServiceError."""
    return _signed(file, text_in(file).strip(), keys)


def keys_from(file: Path) -> KeySet:
    """The key set in `file`. Raises ServiceError."""
    try:
        return parse(text_in(file), KEY_SET)
    except Malformed as error:
        raise ServiceError(f"{file} is no key set: {error.where}.") from None


def private_key_from(file: Path) -> Ed25519PrivateKey:
    """The Ed25519 key in `file`, PEM without a password. Raises ServiceError, also where others may read it."""
    pem = read_secret(file)
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ServiceError(f"{file} holds no key that can be read.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ServiceError(f"{file} holds another kind of key: an Ed25519 key signs policies.")
    return key


def entry_of(key: Ed25519PrivateKey, keys: KeySet, file: Path) -> DocumentKey:
    """The entry of this key, if it may sign policies. Raises ServiceError."""
    raw = key.public_key().public_bytes_raw()
    entry = next((each for each in keys.keys if each.raw == raw), None)
    if entry is None:
        raise ServiceError(f"The key is not in {file}: no laptop would believe it.")
    if KIND not in entry.signs:
        raise ServiceError(f"By {file} this key may not sign policies.")
    return entry


def listener_of(services: Sequence[str], database: Path | None) -> Listener:
    """Where laptops reach the service: as it was said or, by address, as their listener's certificate has it.

    Raises ServiceError, or OSError.
    """
    try:
        said = tuple(endpoint_of(each) for each in services)
    except ValueError as error:
        raise ServiceError(f"--laptop-service: {error}.") from None
    if said or database is None:
        return Listener(said)
    file = default_folder(database) / SERVER_PEM
    try:
        names = hosts_of(x509.load_pem_x509_certificate(file.read_bytes()))
    except FileNotFoundError:  # keys are kept elsewhere
        return Listener()
    except ValueError:
        raise ServiceError(f"{file} holds no certificate.") from None
    return Listener(hosts=tuple(_addresses(names)))


def _addresses(names: Sequence[str]) -> Iterator[Host]:
    for name in names:
        with contextlib.suppress(ValueError):
            yield host_of(name)


def _read(file: Path, text: str) -> Policy:
    try:
        return policy_in(text)
    except PolicyWrong as error:
        raise ServiceError(f"{file} is {error}.") from None


def _signed(file: Path, document: str, keys: KeySet | None) -> Signed:
    try:
        envelope = _envelope(document, keys)
        policy = policy_of(envelope)
    except NotAccepted as error:
        why = f" The text is {error.__cause__}." if isinstance(error.__cause__, PolicyWrong) else ""
        raise ServiceError(f"{file} is refused: {SENTENCE[error.fault]}{why}") from None
    return Signed(document, envelope.header, envelope.payload.decode(), policy, keys is not None)


def _envelope(document: str, keys: KeySet | None) -> Envelope:
    if keys is not None:
        return opened(document, KIND, keys.key_of)
    payload = document.split(".")[1] if SHAPE.fullmatch(document) else ""
    return Envelope(header_of(document, KIND), base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
