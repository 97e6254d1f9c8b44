"""A new key beside the old one, and the end of an old one: changes the folder of keys, step by step, so that a crash
between two steps leaves keys that fit each other. What laptops are told of it is signed here and published elsewhere.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from contract.documents import DocumentKind
from contract.envelope import Audience
from contract.key_set import MOST_KEYS, KeySet
from visits.errors import ServiceError
from visits.keys.files import read_secret, sync_folder, write_whole
from visits.keys.folder import (
    DOCUMENTS_KEY,
    KEYS_JSON,
    POLICY_KEY,
    as_json,
    entry_of,
    read_key_set,
    read_keys,
    read_policy_signer,
)
from visits.keys.signer import DOCUMENTS, POLICY, DocumentSigner, pem_of

BACKDATED: Final = timedelta(minutes=5)
VALID_FOR: Final = timedelta(days=1826)  # for a laptop that lay in a cupboard; after that it is enrolled again
KEY_ID: Final = re.compile(r"[0-9a-f]{16}")

Publish = Callable[[KeySet, DocumentSigner], None]


@dataclass(frozen=True, slots=True)
class Rotation:
    """The folder of keys, and where the policy key is if it is kept apart."""

    folder: Path
    policy_key: Path | None = None

    def rotate(self, kinds: frozenset[DocumentKind], publish: Publish) -> str:
        """Sign documents (DOCUMENTS) or policies (POLICY) with a new key from now on; its id. The old stays valid.

        `publish` tells laptops of the new set, signed with the policy key they know. Raises ServiceError or OSError.
        """
        signer, old = read_policy_signer(self.folder, self.policy_key), read_key_set(self.folder)
        if len(old.keys) >= MOST_KEYS:
            raise ServiceError(f"{len(old.keys)} keys count, and no more can: end old ones with `visits keys retire`")
        file = self._file(kinds)
        key = Ed25519PrivateKey.generate()
        entry = entry_of(key, signer.entry.issuer, signer.use, kinds)
        new = KeySet(keys=(*old.keys, entry))
        draft = file.with_name(f"{file.name}.new")
        write_whole(draft, pem_of(key))
        if kinds == POLICY:  # it signs its own end, which every laptop will believe
            write_whole(self._former(signer.key_id), read_secret(file))
        write_whole(self.folder / KEYS_JSON, as_json(new))
        publish(new, signer)
        draft.replace(file)
        sync_folder(file.parent)
        return entry.key_id

    def publish(self, publish: Publish) -> None:
        """Tell laptops again which keys count: after a backup was restored. Raises ServiceError or OSError."""
        publish(read_key_set(self.folder), read_policy_signer(self.folder, self.policy_key))

    def retire(self, key_id: str, publish: Publish) -> None:
        """End an old key: what it has signed counts no more. Raises ServiceError or OSError.

        One that broke off half-way is done again: until it is told, the set that still names the key is kept.
        """
        signer = read_policy_signer(self.folder, self.policy_key)
        if key_id in (signer.key_id, read_keys(self.folder).signer.key_id):
            raise ServiceError(f"{key_id} is in use: make its successor first, with `visits keys rotate`")
        known, former = self._known(key_id), self._former(key_id)
        if former.exists():
            signer = DocumentSigner.read(read_secret(former), known)
        keys = tuple(key for key in read_key_set(self.folder).keys if key.key_id != key_id)
        new = KeySet(keys=keys)
        write_whole(self._ending(key_id), as_json(known))
        write_whole(self.folder / KEYS_JSON, as_json(new))
        publish(new, signer)
        former.unlink(missing_ok=True)
        self._ending(key_id).unlink()

    def _known(self, key_id: str) -> KeySet:
        """The last set that names the key."""
        keys, ending = read_key_set(self.folder), self._ending(key_id)
        if key_id in {key.key_id for key in keys.keys}:
            return keys
        if not KEY_ID.fullmatch(key_id) or not ending.exists():
            raise ServiceError(f"there is no key {key_id}")
        return read_key_set(self.folder, ending.name)

    def _ending(self, key_id: str) -> Path:
        return self.folder / f"keys-before-{key_id}-ended.json"

    def _file(self, kinds: frozenset[DocumentKind]) -> Path:
        if kinds == DOCUMENTS:
            return self.folder / DOCUMENTS_KEY
        return self.policy_key or self.folder / POLICY_KEY

    def _former(self, key_id: str) -> Path:
        file = self._file(POLICY)
        return file.with_name(f"{file.stem}-{key_id}.key")


def keys_document(keys: KeySet, signer: DocumentSigner, establishment: str, serial: int, now: datetime) -> str:
    """The document by which laptops of an establishment learn which keys count."""
    valid = (now - BACKDATED, now + VALID_FOR)
    audience = Audience(establishment=establishment)
    return signer.sealed(DocumentKind.KEYS, audience, serial, valid, as_json(keys))
