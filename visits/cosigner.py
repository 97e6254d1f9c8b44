"""The service's own signature under heads of audit trails, with its key in a file of its own. Judges no head."""

import os
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from contract.signed_note import SignedNote, Signer
from visits.errors import ServiceError
from visits.keys.files import read_secret

NAME: Final = "visits.cosigner"
FOR_ITS_USER_ONLY: Final = 0o600


class Cosigner:
    """Adds one signature to a note; whether the note deserves it, the caller has judged."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def signer(self) -> Signer:
        """The key as others are told it."""
        return Signer(NAME, self._key.public_key().public_bytes_raw())

    def sign(self, note: SignedNote) -> str:
        """The note with our signature, as it goes over the wire."""
        return str(note.signed(NAME, self._key))


def default_file(database: Path) -> Path:
    """Where the key of the service that uses `database` lies, unless it is told another place."""
    return database.with_name(f"{database.name}.cosign-key")


def cosigner_in(file: Path) -> Cosigner:
    """The cosigner whose key is in `file`; a key is made if there is no file. Raises ServiceError or OSError."""
    if not file.exists():
        _make(file)
    pem = read_secret(file)
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise ServiceError(f"{file} holds no key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ServiceError(f"{file} holds another kind of key")
    return Cosigner(key)


def _make(file: Path) -> None:
    """A new key, whole or not at all; where two start at once, the first one's stays."""
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FOR_ITS_USER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(pem)
            out.flush()
            os.fsync(out.fileno())
        os.link(draft, file)
    except FileExistsError:
        return
    finally:
        draft.unlink(missing_ok=True)
