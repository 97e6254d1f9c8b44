"""Signs documents that laptops obey, with one key and for the kinds that this key may sign. Judges no content."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from contract.documents import DocumentKind
from contract.envelope import Audience, Header, sealed
from contract.key_set import DocumentKey, KeySet
from contract.words import Use
from visits.errors import ServiceError

KEY_ID_LENGTH: Final = 16
DOCUMENTS: Final = frozenset({DocumentKind.SHEET, DocumentKind.ROSTER, DocumentKind.TIME})
POLICY: Final = frozenset({DocumentKind.POLICY, DocumentKind.KEYS})


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """A private key with its entry in the key set. Fits what the store needs to sign a sheet."""

    entry: DocumentKey
    key: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def read(cls, pem: bytes, keys: KeySet) -> Self:
        """The signer whose key is `pem`. Raises ServiceError for what is no key, or one that is not in `keys`."""
        key = key_of(pem)
        mine = key_id(key.public_key())
        entry = next((entry for entry in keys.keys if entry.key_id == mine), None)
        if entry is None:
            raise ServiceError(f"the key {mine} is not among the keys in force")
        return cls(entry, key)

    @property
    def key_id(self) -> str:
        """By which name laptops know the key."""
        return self.entry.key_id

    @property
    def use(self) -> Use:
        """Whether it signs for the demo or for live use."""
        return self.entry.use

    def sealed(
        self,
        kind: DocumentKind,
        audience: Audience,
        serial: int,
        valid: tuple[datetime, datetime],
        payload: bytes,
    ) -> str:
        """The signed document, valid from the first moment until the second. Raises ServiceError."""
        if kind not in self.entry.signs:
            raise ServiceError(f"the key {self.key_id} may not sign a {kind}")
        since, until = (int(moment.timestamp()) for moment in valid)
        header = Header(
            typ=kind,
            kid=self.key_id,
            use=self.use,
            iss=self.entry.issuer,
            aud=audience,
            serial=serial,
            nbf=since,
            exp=until,
        )
        return sealed(header, payload, self.key)


def key_id(public: Ed25519PublicKey) -> str:
    """The first 64 bits of the SHA-256 of the public key, in hex."""
    return hashlib.sha256(public.public_bytes_raw()).hexdigest()[:KEY_ID_LENGTH]


def key_of(pem: bytes) -> Ed25519PrivateKey:
    """The private key. Raises ServiceError."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError) as error:
        raise ServiceError("a file that should hold a key holds none") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ServiceError("a file that should hold an Ed25519 key holds another kind")
    return key


def pem_of(key: Ed25519PrivateKey) -> bytes:
    """The private key as PEM (PKCS#8), for a file for its user only."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
