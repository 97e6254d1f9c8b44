"""Signed notes (C2SP signed-note): text, signed by one key or more; pure, so it makes no key and reads no file.

A note is its text, an empty line, and a line for each signature: an em dash, the key's name, and base64 of the key's
id and the signature. A key is told to others as one line, `name+id+base64(0x01 || public key)`.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.errors import Untrusted

LONGEST_NOTE_BYTES: Final = 16_384
ED25519: Final = b"\x01"  # the signature type of the C2SP specification
NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,200}")
SIGNATURE: Final = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True)
class PublicKey:
    """A key that signs notes, as others know it: its name and 32 bytes."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        """Raises ValueError for a name that a note cannot carry."""
        if not NAME.fullmatch(self.name):
            raise ValueError("the name of a key has a space, a plus sign or a control character, or is empty")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; not a safe hash."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def as_line(self) -> str:
        """The key as one line, without a newline."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    @classmethod
    def parse(cls, untrusted: str) -> Self:
        """Read a key from one line. Raises Untrusted."""
        name, _, rest = untrusted.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        try:
            body = base64.b64decode(encoded, validate=True)
            key = cls(name, body[1:])
        except (ValueError, binascii.Error):
            raise Untrusted("not a public key of a signed note") from None
        if body[:1] != ED25519 or len(key.raw) != 32 or key.key_id.hex() != key_id:
            raise Untrusted("not a public key of a signed note")
        return key


@dataclass(frozen=True)
class Note:
    """A note, read but not yet believed: its text, and (name, key id, signature) of each signature line."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, untrusted: bytes) -> Self:
        """Read a note. Raises Untrusted for bytes that are not one."""
        try:
            whole = untrusted[: LONGEST_NOTE_BYTES + 1].decode()
        except UnicodeDecodeError:
            raise Untrusted("a note is not text") from None
        body, gap, tail = whole.rpartition("\n\n")
        lines = tail.split("\n")
        if len(untrusted) > LONGEST_NOTE_BYTES or not gap or lines.pop() != "" or not lines:
            raise Untrusted("not a signed note")
        return cls(body + "\n", tuple(_signature(line) for line in lines))

    def is_signed_by(self, key: PublicKey) -> bool:
        """Whether `key` signed it. A wrong signature in the key's name makes the whole note false."""
        ours = [signature for name, key_id, signature in self.signatures if (name, key_id) == (key.name, key.key_id)]
        return bool(ours) and all(_verifies(key, signature, self.text) for signature in ours)

    def as_bytes(self) -> bytes:
        """The note as it is stored and sent."""
        lines = [f"— {name} {base64.b64encode(key_id + raw).decode()}\n" for name, key_id, raw in self.signatures]
        return f"{self.text}\n{''.join(lines)}".encode()


def sign(text: str, name: str, key: Ed25519PrivateKey) -> Note:
    """A note of this text with one signature; `text` ends with a newline."""
    return cosign(Note(text, ()), name, key)


def cosign(note: Note, name: str, key: Ed25519PrivateKey) -> Note:
    """The same note with one signature more. Whether it should be believed, the caller has checked."""
    public = PublicKey(name, key.public_key().public_bytes_raw())
    return Note(note.text, (*note.signatures, (name, public.key_id, key.sign(note.text.encode()))))


def _signature(line: str) -> tuple[str, bytes, bytes]:
    found = SIGNATURE.fullmatch(line)
    try:
        raw = base64.b64decode(found[2], validate=True) if found else b""
    except binascii.Error:
        raw = b""
    if found is None or len(raw) <= 4:
        raise Untrusted("a note has a line that is not a signature")
    return found[1], raw[:4], raw[4:]


def _verifies(key: PublicKey, signature: bytes, text: str) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True
