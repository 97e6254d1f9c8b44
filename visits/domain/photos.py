"""What may be a photo on file: small, and PNG or JPEG by its first bytes. Looks no further into it."""

import hashlib
from typing import Final

from contract.strict import LONGEST_PHOTO_BYTES
from visits.errors import NotAPhoto

KINDS: Final = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))


def kind_of(content: bytes) -> str:
    """The media type. Raises NotAPhoto."""
    if len(content) > LONGEST_PHOTO_BYTES:
        raise NotAPhoto(f"a photo may have {LONGEST_PHOTO_BYTES} bytes, this one has {len(content)}")
    for start, kind in KINDS:
        if content.startswith(start):
            return kind
    raise NotAPhoto("a photo is PNG or JPEG")


def hash_of(content: bytes) -> str:
    """Its name on a sheet: SHA-256, in hex."""
    return hashlib.sha256(content).hexdigest()
