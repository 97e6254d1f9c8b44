"""Trails that were never written by a guard: made in memory, for whoever reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.policy.audit import Happening, Record, chain_hash, first_prev
from kiosk.policy.canonical import JsonValue
from kiosk.policy.heads import Head
from kiosk.policy.note import Note, PublicKey, cosign, sign
from tests.fakes.clock import NOON

ORIGIN = "laptop.example/w1"
SERVICE = "visits.example"
BOOT = "0888cfd5-9407-4dba-bcc9-4a810dca1bb0"


class FakeAuditClock:
    """Both times of a record, a second further at each record."""

    def __init__(self, wall: datetime = NOON) -> None:
        self.now = wall
        self.ns = 5_000_000_000

    def boot_ns(self) -> int:
        self.ns += 1_000_000_000
        return self.ns

    def wall(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


def happening(event: str, data: Mapping[str, JsonValue] | None = None, at_s: int = 0, boot: str = BOOT) -> Happening:
    return Happening(boot, at_s * 1_000_000_000, NOON + timedelta(seconds=at_s), "guard", event, data or {})


@dataclass(frozen=True)
class FakeLaptop:
    """A laptop that signs what a test wants."""

    secret: Ed25519PrivateKey
    origin: str = ORIGIN

    @classmethod
    def number(cls, number: int, origin: str = ORIGIN) -> "FakeLaptop":
        return cls(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32), origin)

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.origin, self.secret.public_key().public_bytes_raw())

    def lines(self, happenings: Sequence[Happening]) -> list[bytes]:
        """The lines of a trail, without newlines."""
        return self.rechained([], [Record(1, "0" * 64, what) for what in happenings])

    def rechained(self, lines: Sequence[bytes], more: Sequence[Record]) -> list[bytes]:
        """These lines, and records that are given the place behind them."""
        found = list(lines)
        for record in more:
            prev = chain_hash(found[-1]) if found else first_prev(self.origin)
            found.append(Record(len(found) + 1, prev, record.what).line())
        return found

    def head(self, lines: Sequence[bytes]) -> Note:
        """The signed head of whole lines, the first of which is record 1."""
        place = Head(self.origin, len(lines), chain_hash(lines[-1]) if lines else first_prev(self.origin))
        return sign(place.text(), self.origin, self.secret)

    def store(self, state: Path, lines: Sequence[bytes], head: Note | None = None) -> Path:
        """Write what an auditor would find; the trail's path."""
        (state / "audit").mkdir(exist_ok=True, parents=True)
        (state / "audit.pub").write_text(self.public.as_line() + "\n")
        trail = state / "audit" / "trail.jsonl"
        trail.write_bytes(b"".join(line + b"\n" for line in lines))
        if head is not None:
            (state / "audit" / "head.note").write_bytes(head.as_bytes())
        return trail


def cosigned(note: Note, number: int = 9) -> Note:
    """The note, signed by a service as well."""
    return cosign(note, SERVICE, Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))
