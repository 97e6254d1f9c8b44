"""The code that enrols one laptop once: a secret, and by what the laptop knows the authority of the right service."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Self

SECRET_BYTES: Final = 10  # 80 bits, tried by nobody more than a few times before it ends
FINGERPRINT_BITS: Final = 100  # of the authority's certificate: what answers is the service that made the code
BASE32: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read out and typed by people
LENGTH: Final = (SECRET_BYTES * 8 + FINGERPRINT_BITS) // 5
GROUP: Final = 4


@dataclass(frozen=True, slots=True)
class EnrolCode:
    """`secret` is for the service alone; `fingerprint` is the beginning of its authority's, in Crockford's base32."""

    secret: str = field(repr=False)
    fingerprint: str

    @classmethod
    def of(cls, secret: bytes, authority_der: bytes) -> Self:
        """The code for `secret`, SECRET_BYTES long, from the service with this authority."""
        if len(secret) != SECRET_BYTES:
            raise ValueError("a secret has another length")
        return cls(_spelled(secret), fingerprint(authority_der))

    @classmethod
    def parse(cls, untrusted: str) -> Self:
        """Read a code as people type it: small letters, spaces, O for 0, I or L for 1. Raises ValueError."""
        plain = re.sub(r"[\s-]", "", untrusted[:200]).upper().translate(str.maketrans("OIL", "011"))
        if len(plain) != LENGTH or not set(plain) <= set(CROCKFORD):
            raise ValueError(f"an enrolment code is {LENGTH} letters and digits")
        length = SECRET_BYTES * 8 // 5
        return cls(plain[:length], plain[length:])

    def __str__(self) -> str:
        """As it is printed: in groups of four."""
        plain = self.secret + self.fingerprint
        return "-".join(plain[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def fingerprint(authority_der: bytes) -> str:
    """The first FINGERPRINT_BITS of the SHA-256 of the authority's certificate (DER), in Crockford's base32."""
    return _spelled(hashlib.sha256(authority_der).digest())[: FINGERPRINT_BITS // 5]


def _spelled(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").translate(str.maketrans(BASE32, CROCKFORD))
