"""What a laptop must never forget of signed documents, as plain data; it judges none of them and knows no disk.

A mark stands for the newest document of a kind that a key has signed. The marks of a key end with the key: whoever
has stolen one could otherwise sign the highest serial there is, and no honest document would ever follow.
"""

import hashlib
import json
from typing import Annotated, Final

from pydantic import Field, StringConstraints, TypeAdapter

from contract.documents import DocumentKind
from contract.enrolment import Identity
from contract.envelope import KeyId, Serial
from contract.key_set import MOST_KEYS, KeySet
from contract.strict import Message
from contract.words import SignedText

MOST_KINDS: Final = len(DocumentKind)
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class NewestOf(Message):
    """A document that was obeyed: nothing older of its kind is, nor another with its serial."""

    kind: DocumentKind
    key_id: KeyId
    serial: Serial
    sha256: Digest  # of the whole text


class TrustKept(Message):
    """`enrolled` names the enrolment it began with. `keys` are those of enrolment until a document changes them.

    `in_force` has one of each kind, also when its key has ended; `newest` one of each kind and key that counts.
    """

    enrolled: Digest
    keys: KeySet
    in_force: Annotated[tuple[NewestOf, ...], Field(max_length=MOST_KINDS, strict=False, fail_fast=True)] = ()
    newest: Annotated[tuple[NewestOf, ...], Field(max_length=MOST_KINDS * MOST_KEYS, strict=False, fail_fast=True)] = ()
    policy: SignedText | None = None  # the newest, whole: whatever becomes of its key, it is known by its digest

    def has_in_force(self, kind: DocumentKind, text: str) -> bool:
        """Whether this text is the document in force."""
        return any(each.kind is kind and each.sha256 == digest_of(text) for each in self.in_force)

    def highest(self, kind: DocumentKind) -> int:
        """The highest serial of this kind so far by any key that still counts; 0 before the first."""
        return max((each.serial for each in self.newest if each.kind is kind), default=0)

    def with_newest(self, newest: NewestOf, text: str) -> "TrustKept":
        """With this document in force."""
        others = (each for each in self.in_force if each.kind is not newest.kind)
        marks = (each for each in self.newest if (each.kind, each.key_id) != (newest.kind, newest.key_id))
        return TrustKept(
            enrolled=self.enrolled,
            keys=self.keys,
            in_force=(*others, newest),
            newest=(*marks, newest),
            policy=text if newest.kind is DocumentKind.POLICY else self.policy,
        )

    def with_keys(self, keys: KeySet) -> "TrustKept":
        """With these keys and no others; what was in force stays so until something newer comes."""
        stay = {key.key_id for key in keys.keys if key.public_key == _public_key(self.keys, key.key_id)}
        marks = tuple(each for each in self.newest if each.key_id in stay)
        return TrustKept(enrolled=self.enrolled, keys=keys, in_force=self.in_force, newest=marks, policy=self.policy)


TRUST_KEPT: Final = TypeAdapter(TrustKept)


def kept_of(identity: Identity, kept: TrustKept | None) -> TrustKept:
    """What was kept of this enrolment, or the beginning of it."""
    enrolled = enrolment_of(identity)
    if kept is not None and kept.enrolled == enrolled:
        return kept
    return TrustKept(enrolled=enrolled, keys=identity.keys)


def enrolment_of(identity: Identity) -> str:
    """A name for one enrolment, from what never changes in it: neither a move of the service nor newer software,

    which may write an identity in other words, may make a laptop forget what it has obeyed.
    """
    said = (identity.establishment, identity.laptop, identity.use, identity.enrolled_at.isoformat(), identity.authority)
    return digest_of(json.dumps(said))


def digest_of(text: str) -> str:
    """SHA-256, hex."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _public_key(keys: KeySet, key_id: str) -> str | None:
    return next((key.public_key for key in keys.keys if key.key_id == key_id), None)
