"""One record of the audit trail and how it is chained to the one before it; pure, so it reads no clock and no file.

A record's line is its canonical JSON and a newline. Its hash is SHA-256 over the line without the newline; the next
record carries that hash as `prev`. The first record's `prev` is SHA-256 over the origin, so that no two laptops share
a beginning.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from kiosk.errors import Untrusted
from kiosk.policy.canonical import JsonValue, canonical

LONGEST_RECORD_BYTES: Final = 65_536
FIELDS: Final = frozenset({"seq", "prev", "boot_id", "mono_ns", "wall", "actor", "event", "data"})
WALL: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Happening:
    """What is to be recorded, with the times at which it happened, before it has a place in the chain.

    `mono_ns` is the boot-time clock in nanoseconds; `wall` is aware.
    """

    boot_id: str
    mono_ns: int
    wall: datetime
    actor: str
    event: str
    data: Mapping[str, JsonValue] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """One record in its place: `seq` counts from 1, `prev` is the hash of the record before it, in hex."""

    seq: int
    prev: str
    what: Happening

    def line(self) -> bytes:
        """The canonical bytes, without a newline. Raises ValueError for what a record may not hold."""
        raw = canonical(
            {
                "seq": self.seq,
                "prev": self.prev,
                "boot_id": self.what.boot_id,
                "mono_ns": str(self.what.mono_ns),
                "wall": wall_text(self.what.wall),
                "actor": self.what.actor,
                "event": self.what.event,
                "data": self.what.data,
            }
        )
        if len(raw) > LONGEST_RECORD_BYTES:
            raise ValueError(f"a record is longer than {LONGEST_RECORD_BYTES} bytes")
        return raw


def first_prev(origin: str) -> str:
    """What the first record of a laptop has for `prev`."""
    return hashlib.sha256(origin.encode()).hexdigest()


def chain_hash(line: bytes) -> str:
    """The hash of a record, from its line without the newline."""
    return hashlib.sha256(line).hexdigest()


def wall_text(wall: datetime) -> str:
    """RFC 3339, UTC, to the millisecond: the same length for every instant, so that text sorts as time does."""
    return wall.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{wall.microsecond // 1000:03d}Z"


def parse_record(untrusted: bytes) -> Record:
    """Read one line without its newline. Raises Untrusted for all but the canonical bytes of a record."""
    try:
        fields = json.loads(untrusted)
        _check(fields)
        record = Record(fields["seq"], fields["prev"], _happening(fields))
        is_canonical = record.line() == untrusted
    except (ValueError, RecursionError):
        raise Untrusted("a line of the audit trail is not a record") from None
    if not is_canonical:
        raise Untrusted("a line of the audit trail is not in canonical form")
    return record


def _check(fields: Any) -> None:
    """Raises ValueError unless every field is there, and of its form."""
    if not isinstance(fields, dict) or fields.keys() != FIELDS:
        raise ValueError("fields")
    texts = [fields[name] for name in ("prev", "boot_id", "mono_ns", "wall", "actor", "event")]
    if not all(isinstance(text, str) for text in texts) or not isinstance(fields["data"], dict):
        raise ValueError("types")
    if type(fields["seq"]) is not int or fields["seq"] < 1:
        raise ValueError("seq")
    if not HASH.fullmatch(fields["prev"]) or not WALL.fullmatch(fields["wall"]):
        raise ValueError("form")


def _happening(fields: dict[str, Any]) -> Happening:
    return Happening(
        boot_id=fields["boot_id"],
        mono_ns=int(fields["mono_ns"]),
        wall=datetime.fromisoformat(fields["wall"]),
        actor=fields["actor"],
        event=fields["event"],
        data=fields["data"],
    )
