"""Which keys sign what: given at enrolment, changed by a document that a key known before has signed."""

import base64
from typing import Annotated, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import Field, TypeAdapter, field_serializer, model_validator

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Header, KeyId, NotAccepted
from contract.record import PublicKey
from contract.strict import Message
from contract.words import Line, Use

MOST_KEYS: Final = 16


class DocumentKey(Message):
    """One key: `signs` says which kinds of document, `use` whether for demo or live, `issuer` who holds it."""

    key_id: KeyId
    public_key: PublicKey
    issuer: Line
    use: Use
    signs: Annotated[frozenset[DocumentKind], Field(min_length=1, strict=False, fail_fast=True)]

    @field_serializer("signs")
    def _in_order(self, signs: frozenset[DocumentKind]) -> list[DocumentKind]:
        """Always the same text: a laptop knows its enrolment by a digest of it, and a set has no order."""
        return sorted(signs)

    @property
    def raw(self) -> bytes:
        """The public key, 32 bytes."""
        return base64.b64decode(self.public_key)


class KeySet(Message):
    """Every key that counts from now on; one that is not listed has ended."""

    keys: Annotated[tuple[DocumentKey, ...], Field(min_length=1, max_length=MOST_KEYS, strict=False, fail_fast=True)]

    @model_validator(mode="after")
    def _has_no_twins_and_a_successor(self) -> "KeySet":
        if len({key.key_id for key in self.keys}) != len(self.keys):
            raise ValueError("a key is named twice")
        if not any(DocumentKind.KEYS in key.signs for key in self.keys):
            raise ValueError("no key could sign the next set")
        return self

    def key_of(self, header: Header) -> Ed25519PublicKey:
        """The key that the header names, if it may sign this. Raises NotAccepted."""
        key = next((key for key in self.keys if key.key_id == header.kid), None)
        if key is None:
            raise NotAccepted(DocumentFault.UNKNOWN_KEY)
        if header.typ not in key.signs:
            raise NotAccepted(DocumentFault.KEY_MAY_NOT)
        if header.use is not key.use:
            raise NotAccepted(DocumentFault.DEMO_OR_LIVE)
        if header.iss != key.issuer:
            raise NotAccepted(DocumentFault.WRONG_ISSUER)
        return Ed25519PublicKey.from_public_bytes(key.raw)


KEY_SET: TypeAdapter[KeySet] = TypeAdapter(KeySet)
