"""Signed notes (C2SP signed-note) and the heads of audit trails they carry. Pure: makes no key, reads no file.

A note is its text, an empty line, and a line for each signature: an em dash, the key's name, and base64 of the key's
id and the signature. The text of a head is three lines: origin, sequence number, base64 of the chain's hash.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from contract.strict import Malformed

ED25519: Final = b"\x01"  # the signature type of the C2SP specification
MOST_SIGNATURES: Final = 16
NAME: Final = re.compile(r"[^\s+\x00-\x1f]{1,200}")
SIGNATURE: Final = re.compile(r"— ([^\s+\x00-\x1f]{1,200}) ([A-Za-z0-9+/]{8,200}={0,2})")
SEQ: Final = re.compile(r"0|[1-9][0-9]{0,15}")
HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs notes, as others know it: its name and 32 bytes."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        """Raises Malformed for a name that a note cannot carry, or for bytes that are no key."""
        if not NAME.fullmatch(self.name) or len(self.raw) != HASH_BYTES:
            raise Malformed("not the name and key of a signer")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; not a safe hash."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.raw).digest()[:4]

    def as_line(self) -> str:
        """The key as others are told it: `name+id+base64(0x01 || public key)`."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.raw).decode()}"

    def verifies(self, signature: bytes, text: str) -> bool:
        """Whether `signature` over `text` is this key's."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note, read but not yet believed: its text, and (name, key id, signature) of each signature line."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, untrusted: str) -> Self:
        """Read a note. Raises Malformed."""
        body, gap, tail = untrusted.rpartition("\n\n")
        lines = tail.split("\n")
        if not gap or lines.pop() != "" or not 1 <= len(lines) <= MOST_SIGNATURES:
            raise Malformed("not a signed note")
        try:
            body.encode()
        except UnicodeEncodeError:
            raise Malformed("a note is not text") from None
        return cls(body + "\n", tuple(_signature(line) for line in lines))

    def is_signed_by(self, signer: Signer) -> bool:
        """Whether `signer` signed it. One wrong signature in the key's name makes the whole note false."""
        who = (signer.name, signer.key_id)
        ours = [signature for name, key_id, signature in self.signatures if (name, key_id) == who]
        return bool(ours) and all(signer.verifies(signature, self.text) for signature in ours)

    def signed(self, name: str, key: Ed25519PrivateKey) -> Self:
        """The same note with one signature more. Whether it should be believed, the caller has checked."""
        signer = Signer(name, key.public_key().public_bytes_raw())
        signature = (name, signer.key_id, key.sign(self.text.encode()))
        others = tuple(each for each in self.signatures if each[:2] != signature[:2])
        return type(self)(self.text, (*others, signature))

    def __str__(self) -> str:
        """The note as it is stored and sent."""
        lines = [f"— {name} {base64.b64encode(key_id + raw).decode()}\n" for name, key_id, raw in self.signatures]
        return f"{self.text}\n{''.join(lines)}"


@dataclass(frozen=True, slots=True)
class Head:
    """The trail of `origin` reaches record `seq`, whose chain hash is `chain` (hex)."""

    origin: str
    seq: int
    chain: str

    def text(self) -> str:
        """Three lines, as a note signs them."""
        return f"{self.origin}\n{self.seq}\n{base64.b64encode(bytes.fromhex(self.chain)).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a head from the text of a note. Raises Malformed."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] != "" or not NAME.fullmatch(lines[0]) or not SEQ.fullmatch(lines[1]):
            raise Malformed("not a head of an audit trail")
        raw = _decoded(lines[2])
        if len(raw) != HASH_BYTES:
            raise Malformed("not a head of an audit trail")
        return cls(lines[0], int(lines[1]), raw.hex())


def _signature(line: str) -> tuple[str, bytes, bytes]:
    found = SIGNATURE.fullmatch(line)
    raw = b"" if found is None else _decoded(found[2])
    if found is None or len(raw) <= 4:
        raise Malformed("a line of a note is not a signature")
    return found[1], raw[:4], raw[4:]


def _decoded(text: str) -> bytes:
    """Base64 in its one right spelling; empty for anything else."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return b""
    return raw if base64.b64encode(raw).decode() == text else b""
