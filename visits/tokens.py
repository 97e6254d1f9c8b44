"""Secrets as random text, and the digests that are stored in their place. Keeps and logs nothing."""

import hashlib
import secrets
from typing import NewType

from visits.domain.records import Digest

Token = NewType("Token", str)


def new_token() -> Token:
    """256 random bits as 43 characters that are safe in a URL, a header and a cookie."""
    return Token(secrets.token_urlsafe(32))


def new_id(prefix: str) -> str:
    """A name for a record or a page; not a secret."""
    return f"{prefix}-{secrets.token_hex(6)}"


def digest(untrusted_token: str) -> Digest:
    """What is stored of a token. Plain SHA-256: 256 random bits need no salt and no slow hash."""
    return Digest(hashlib.sha256(untrusted_token.encode("utf-8", "surrogatepass")).hexdigest())
