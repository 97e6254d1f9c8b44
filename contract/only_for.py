"""What only one laptop may read: a compact JWE (RFC 7516), ECDH-ES on X25519 (RFC 8037) with A256GCM. Keeps no key.

It says nothing of who wrote it: it stands inside a signed document, which does.
"""

import base64
import re
from typing import Annotated, Final, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey
from pydantic import StringConstraints, TypeAdapter

from contract.strict import Malformed, Message, parse

ALGORITHMS: Final = ("ECDH-ES", "A256GCM")  # and no "zip": what is unpacked is never longer than what came
SHAPE: Final = re.compile(rb"([A-Za-z0-9_-]{1,400})\.\.[A-Za-z0-9_-]{16}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{22}")


class NotForUs(ValueError):
    """It is no such text, or encrypted to another key; which of the two cannot be told for certain."""


class _OneTimeKey(Message):
    kty: Literal["OKP"]
    crv: Literal["X25519"]
    x: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{43}$")]


class _Header(Message):
    alg: Literal["ECDH-ES"]
    enc: Literal["A256GCM"]
    epk: _OneTimeKey


_HEADER: Final = TypeAdapter(_Header)


def only_for(key: X25519PublicKey, plaintext: bytes) -> bytes:
    """`plaintext` for whoever has the private half of `key`, and nobody else; never twice the same bytes."""
    alg, enc = ALGORITHMS
    protected, registry = {"alg": alg, "enc": enc}, _registry(len(plaintext))
    return jwe.encrypt_compact(protected, plaintext, OKPKey.import_key(key), registry=registry).encode()


def read_as(key: X25519PrivateKey, untrusted: bytes) -> bytes:
    """The plaintext. Raises NotForUs. Costs no more than a look at what is given, which the caller has bounded."""
    _check_header(untrusted)
    try:
        found = jwe.decrypt_compact(untrusted, OKPKey.import_key(key), registry=_registry(len(untrusted)))
    except (JoseError, ValueError):
        raise NotForUs("not encrypted to this key") from None
    return found.plaintext or b""


def _check_header(untrusted: bytes) -> None:
    """That it says what `only_for` says and nothing else, before joserfc reads it. Raises NotForUs."""
    shape = SHAPE.fullmatch(untrusted)
    if shape is None:
        raise NotForUs("no JWE of ours")
    try:
        parse(base64.urlsafe_b64decode(shape[1] + b"=" * (-len(shape[1]) % 4)), _HEADER)
    except (Malformed, ValueError):
        raise NotForUs("no JWE of ours") from None


def _registry(length: int) -> jwe.JWERegistry:
    """joserfc's own bound on the text is for tokens, not for documents."""
    registry = jwe.JWERegistry(algorithms=ALGORITHMS)
    registry.max_ciphertext_length = length
    return registry
