"""The envelope of every document that a laptop obeys: a compact JWS (RFC 7515) with `alg` "Ed25519" (RFC 9864).

What the envelope says (who signed it, for whom, from when until when, which serial) stands in the protected header
and is listed there as critical: a reader that does not know one of these names must refuse the whole. The payload is
the document alone. Nothing of the payload is read before the signature has been checked. Pure: told what the time is.
"""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from joserfc.registry import HeaderParameter
from pydantic import Field, StringConstraints, TypeAdapter

from contract.documents import LONGEST_BYTES, DocumentFault, DocumentKind
from contract.strict import Malformed, Message, parse
from contract.words import Line, Use

ALGORITHM: Final = "Ed25519"
CRITICAL: Final = ("aud", "exp", "iss", "nbf", "serial", "use")
LONGEST_HEADER_BYTES: Final = 4096
SHAPE: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{86}")

KeyId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
Serial = Annotated[int, Field(ge=1, lt=2**53)]
Seconds = Annotated[int, Field(ge=946_684_800, lt=32_503_680_000)]  # since 1970, UTC: the years 2000 to 2999


class NotAccepted(ValueError):
    """A document is not to be obeyed; `fault` says why."""

    def __init__(self, fault: DocumentFault) -> None:
        self.fault = fault
        super().__init__(str(fault))


class Audience(Message):
    """For whom a document is: one establishment, and one laptop of it or, with None, each."""

    establishment: Line
    laptop: Line | None = None


class Header(Message):
    """The protected header. `kid` names the key that signs; `nbf` and `exp` bound the validity (RFC 7519)."""

    alg: Literal["Ed25519"] = "Ed25519"
    typ: DocumentKind
    kid: KeyId
    crit: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=32)], ...], Field(max_length=16, strict=False, fail_fast=True)
    ] = CRITICAL
    use: Use
    iss: Line
    aud: Audience
    serial: Serial
    nbf: Seconds
    exp: Seconds

    @property
    def not_before(self) -> datetime:
        """The first moment at which it is valid."""
        return datetime.fromtimestamp(self.nbf, UTC)

    @property
    def expires(self) -> datetime:
        """From this moment on it is not valid."""
        return datetime.fromtimestamp(self.exp, UTC)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A document whose signature is right; whether it is for this laptop and for now, nobody has asked yet."""

    header: Header
    payload: bytes


_HEADER: Final = TypeAdapter(Header)
_REGISTRY: Final = {name: HeaderParameter("said of the document", lambda _value: None) for name in CRITICAL}


def sealed(header: Header, payload: bytes, key: Ed25519PrivateKey) -> str:
    """`payload` signed with `key`, as it is stored and sent."""
    protected = header.model_dump(mode="json")
    return jws.serialize_compact(protected, payload, OKPKey.import_key(key), registry=_registry())


def opened(untrusted: str, kind: DocumentKind, key_of: Callable[[Header], Ed25519PublicKey]) -> Envelope:
    """The document in `untrusted`. `key_of` gives the key that the header names, or raises NotAccepted.

    Raises NotAccepted. Costs no more than a look at LONGEST_BYTES of text, whatever is given.
    """
    header = header_of(untrusted, kind)
    key = OKPKey.import_key(key_of(header))
    try:
        found = jws.deserialize_compact(untrusted, key, registry=_registry())
    except (JoseError, ValueError):
        raise NotAccepted(DocumentFault.WRONGLY_SIGNED) from None
    return Envelope(header, found.payload)


def reopened(text: str, kind: DocumentKind) -> Envelope:
    """A document whose signature was checked before, and that is known by its digest: its key may have ended since.

    Raises NotAccepted.
    """
    header = header_of(text, kind)
    return Envelope(header, decoded(text.split(".")[1]))


def header_of(untrusted: str, kind: DocumentKind) -> Header:
    """What the envelope says of itself, not yet believed. Raises NotAccepted."""
    if len(untrusted) > LONGEST_BYTES[kind]:
        raise NotAccepted(DocumentFault.TOO_LARGE)
    if not SHAPE.fullmatch(untrusted):
        raise NotAccepted(DocumentFault.MALFORMED)
    parts = [decoded(part) for part in untrusted.split(".")]
    try:
        header = parse(parts[0], _HEADER, LONGEST_HEADER_BYTES)
    except Malformed:
        raise NotAccepted(DocumentFault.MALFORMED) from None
    if not _says_all(header):
        raise NotAccepted(DocumentFault.MALFORMED)
    if header.typ is not kind:
        raise NotAccepted(DocumentFault.WRONG_KIND)
    if sorted(header.crit) != list(CRITICAL):
        raise NotAccepted(DocumentFault.UNKNOWN_CRITICAL)
    if header.exp <= header.nbf:
        raise NotAccepted(DocumentFault.MALFORMED)
    return header


def _says_all(header: Header) -> bool:
    """Whether each field was there: what is left out is not what we write when nothing else is said."""
    return header.model_fields_set == set(Header.model_fields) and header.aud.model_fields_set == set(
        Audience.model_fields
    )


def decoded(part: str) -> bytes:
    """Base64url in its one right spelling, so that a document has one text only. Raises NotAccepted."""
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        raise NotAccepted(DocumentFault.MALFORMED) from None
    if base64.urlsafe_b64encode(raw).rstrip(b"=").decode() != part:
        raise NotAccepted(DocumentFault.MALFORMED)
    return raw


def _registry() -> jws.JWSRegistry:
    """Sizes have been bounded by then: joserfc's own bounds are for tokens, not for documents."""
    registry = jws.JWSRegistry(header_registry=dict(_REGISTRY), algorithms=[ALGORITHM])
    registry.max_header_length = registry.max_payload_length = max(LONGEST_BYTES.values())
    return registry
