"""What a release of the laptop's image consists of, signed by the release key. Pure: it reads no file and no clock.

A manifest is a compact JWS (RFC 7515) with `alg` "Ed25519" (RFC 9864), like every signed document, but with an envelope
of its own: a release is for every laptop of every establishment, and does not expire. Nothing of a bundle counts but
what a verified manifest says of it. The key that signs is in no image, no service and no CI.
"""

import base64
import re
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from contract.envelope import ALGORITHM, LONGEST_HEADER_BYTES, SHAPE, KeyId, NotAccepted, decoded
from contract.record import PublicKey
from contract.strict import Malformed, Message, parse
from contract.version import Version
from contract.words import Moment

MANIFEST: Final = "manifest.jws"
ROOT: Final = "root.erofs"
VERITY: Final = "root.verity"
UKI: Final = "visit-laptop.efi"
FILES: Final = (ROOT, VERITY, UKI)  # which each bundle has; it may hold more, for the bench installer
PRODUCT: Final = "visit-laptop"
KIND: Final = "visit-release"
LONGEST_BYTES: Final = 16_384
LONGEST_FILE_BYTES: Final = 4 * 1024**3
MOST_FILES: Final = 16
MOST_KEYS: Final = 4
FILE_NAME: Final = r"^[a-z0-9][a-z0-9._-]{0,63}$"

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class ManifestFault(StrEnum):
    """Why a bundle is not taken; each has its sentence."""

    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    WRONG_KIND = "wrong_kind"
    UNKNOWN_KEY = "unknown_key"
    WRONGLY_SIGNED = "wrongly_signed"
    BAD_CONTENT = "bad_content"


SENTENCE: Final = MappingProxyType(  # after "The update was refused: "
    {
        ManifestFault.TOO_LARGE: "its manifest is too large.",
        ManifestFault.MALFORMED: "its manifest is not a signed document.",
        ManifestFault.WRONG_KIND: "its manifest is another kind of document.",
        ManifestFault.UNKNOWN_KEY: "it is signed with a key that this laptop does not know.",
        ManifestFault.WRONGLY_SIGNED: "its signature is wrong.",
        ManifestFault.BAD_CONTENT: "its manifest does not say what a release of this laptop must say.",
    }
)


class ManifestRefused(ValueError):
    """Nothing of this bundle may be used; `fault` says why, and the text is a sentence."""

    def __init__(self, fault: ManifestFault) -> None:
        self.fault = fault
        super().__init__(SENTENCE[fault])


class FileFacts(Message):
    """One file of a bundle."""

    size: Annotated[int, Field(ge=1, le=LONGEST_FILE_BYTES)]
    sha256: Digest


class Manifest(Message):
    """`root_hash` is the verity tree's, and stands in the signed command line of the UKI too.

    `least_version_to_come_from`: an older image cannot be updated to this one directly.
    """

    product: Literal["visit-laptop"] = PRODUCT
    version: Version
    root_hash: Digest
    files: Annotated[
        dict[Annotated[str, StringConstraints(pattern=FILE_NAME)], FileFacts], Field(max_length=MOST_FILES)
    ]
    made_at: Moment
    least_version_to_come_from: Version = "0"

    @model_validator(mode="after")
    def _has_what_a_laptop_boots(self) -> "Manifest":
        if not set(FILES) <= set(self.files) or MANIFEST in self.files:
            raise ValueError("not the files of a release")
        return self


class ReleaseKey(Message):
    """A key that signs releases, as an image knows it."""

    key_id: KeyId
    public_key: PublicKey


class ReleaseKeys(Message):
    """`release-key.json`: more than one while a key is followed by the next."""

    keys: Annotated[tuple[ReleaseKey, ...], Field(min_length=1, max_length=MOST_KEYS, strict=False, fail_fast=True)]

    @model_validator(mode="after")
    def _has_no_twins(self) -> "ReleaseKeys":
        if len({key.key_id for key in self.keys}) != len(self.keys):
            raise ValueError("a key is named twice")
        return self

    def key_of(self, key_id: str) -> Ed25519PublicKey:
        """The key of that name. Raises ManifestRefused."""
        for key in self.keys:
            if key.key_id == key_id:
                return Ed25519PublicKey.from_public_bytes(base64.b64decode(key.public_key))
        raise ManifestRefused(ManifestFault.UNKNOWN_KEY)


class _Header(Message):
    alg: Literal["Ed25519"]
    typ: str
    kid: KeyId


_HEADER: Final = TypeAdapter(_Header)
_MANIFEST: Final = TypeAdapter(Manifest)
_KEYS: Final = TypeAdapter(ReleaseKeys)


def keys_in(untrusted: bytes) -> ReleaseKeys:
    """The text of `release-key.json`. Raises Malformed."""
    return parse(untrusted, _KEYS, LONGEST_HEADER_BYTES)


def signed(manifest: Manifest, key_id: str, key: Ed25519PrivateKey) -> str:
    """The text of `manifest.jws`."""
    header = {"alg": ALGORITHM, "typ": KIND, "kid": key_id}
    return jws.serialize_compact(header, manifest.model_dump_json().encode(), OKPKey.import_key(key), _algorithms())


def manifest_in(untrusted: bytes, keys: ReleaseKeys) -> Manifest:
    """What a rightly signed `manifest.jws` says. Raises ManifestRefused; of the payload nothing is read before that."""
    if len(untrusted) > LONGEST_BYTES:
        raise ManifestRefused(ManifestFault.TOO_LARGE)
    text = untrusted.decode("ascii", "replace").removesuffix("\n")
    if not re.fullmatch(SHAPE, text):
        raise ManifestRefused(ManifestFault.MALFORMED)
    key = keys.key_of(_header_of(text).kid)
    try:
        found = jws.deserialize_compact(text, OKPKey.import_key(key), _algorithms())
    except (JoseError, ValueError):
        raise ManifestRefused(ManifestFault.WRONGLY_SIGNED) from None
    try:
        return parse(found.payload, _MANIFEST, LONGEST_BYTES)
    except Malformed:
        raise ManifestRefused(ManifestFault.BAD_CONTENT) from None


def _header_of(text: str) -> _Header:
    try:
        parts = [decoded(part) for part in text.split(".")]  # each in its one right spelling
        header = parse(parts[0], _HEADER, LONGEST_HEADER_BYTES)
    except (Malformed, NotAccepted):
        raise ManifestRefused(ManifestFault.MALFORMED) from None
    if header.typ != KIND:
        raise ManifestRefused(ManifestFault.WRONG_KIND)
    return header


def _algorithms() -> list[str]:
    return [ALGORITHM]
