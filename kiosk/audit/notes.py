"""Reads the auditor's key and the signed notes (C2SP signed-note) beside a trail; it can check, and cannot sign."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.errors import Unavailable, Untrusted

LONGEST_BYTES: Final = 16_384
ED25519: Final = b"\x01"
LINE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")
PLACE: Final = re.compile(r"(\S+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n(removed \S+\n)?")


@dataclass(frozen=True)
class Key:
    """Whose trail it is, and the public key that signs its heads."""

    origin: str
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return hashlib.sha256(self.origin.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    @classmethod
    def read(cls, path: Path) -> Self:
        """Read a key file of one line. Raises Unavailable, with a sentence for the person who named the file."""
        try:
            origin, key_id, encoded = _bytes(path, "key").decode().strip().split("+", 2)
            body = base64.b64decode(encoded, validate=True)
        except ValueError:
            raise Unavailable(f"{path} is not the public key of an audit trail.") from None
        key = cls(origin, body[1:])
        if body[:1] != ED25519 or len(key.raw) != 32 or key.key_id.hex() != key_id:
            raise Unavailable(f"{path} is not the public key of an audit trail.")
        return key


@dataclass(frozen=True)
class Mark:
    """What a note says: record `seq` has this hash. `name` is its file; `is_start`: all up to there was removed."""

    name: str
    origin: str
    seq: int
    hash: str
    is_start: bool
    is_signed: bool


def read_mark(path: Path, key: Key) -> Mark:
    """Read a note and check its signature. Raises Unavailable when there is none, Untrusted when it is not a note."""
    text, signatures = _split(_bytes(path, "note"))
    found = PLACE.fullmatch(text)
    if found is None:
        raise Untrusted(f"{path} is not a signed head of an audit trail.")
    origin, seq, encoded, start = found.groups()
    is_signed = origin == key.origin and _is_signed(key, text, signatures)
    return Mark(path.name, origin, int(seq), base64.b64decode(encoded).hex(), start is not None, is_signed)


def _split(raw: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note, and the name and bytes of every signature."""
    try:
        text, gap, tail = raw.decode().rpartition("\n\n")
        lines = [LINE.fullmatch(line) for line in tail.split("\n")[:-1]]
        signatures = [(line[1], base64.b64decode(line[2], validate=True)) for line in lines if line is not None]
    except ValueError:
        raise Untrusted("This is not a signed note.") from None
    if not gap or not tail.endswith("\n") or not lines or None in lines:
        raise Untrusted("This is not a signed note.")
    return text + "\n", signatures


def _is_signed(key: Key, text: str, signatures: list[tuple[str, bytes]]) -> bool:
    """Whether the key signed it; one wrong signature in its name makes the whole note false."""
    ours = [raw[4:] for name, raw in signatures if name == key.origin and raw[:4] == key.key_id]
    try:
        for signature in ours:
            Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return bool(ours)


def _bytes(path: Path, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_BYTES)
    except OSError as error:
        raise Unavailable(f"The {what} {path} cannot be read: {error.strerror}.") from None
