"""Reads a trail line by line, as a stream; a line that is not exactly a record in canonical form is not read at all."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kiosk.errors import Unavailable

LONGEST_LINE_BYTES: Final = 65_536
LARGEST: Final = 2**53 - 1
DEEPEST: Final = 32
TEXTS: Final = ("prev", "boot_id", "mono_ns", "wall", "actor", "event")
FIELDS: Final = frozenset({"seq", "data", *TEXTS})
HASH: Final = re.compile(r"[0-9a-f]{64}")
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,30}")
WALL: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as it was read; `hash` is the SHA-256 of its line, in hex, and `mono_ns` the boot-time clock."""

    seq: int
    prev: str
    hash: str
    boot_id: str
    mono_ns: int
    wall: str
    actor: str
    event: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that is no record. `is_torn`: it is the last one and has no end, as a power cut leaves it."""

    is_torn: bool


def read(path: Path) -> Iterator[Entry | Unread]:
    """Every line of the trail. Raises Unavailable when the file cannot be read."""
    try:
        with path.open("rb") as file:
            while line := file.readline(LONGEST_LINE_BYTES + 2):
                if not line.endswith(b"\n"):
                    yield Unread(is_torn=len(line) <= LONGEST_LINE_BYTES)
                    return
                yield _entry(line[:-1])
    except OSError as error:
        raise Unavailable(f"The audit trail {path} cannot be read: {error.strerror}.") from None


def _entry(line: bytes) -> Entry | Unread:
    """The record in a line, if its bytes are the one canonical form of a record."""
    try:
        fields = json.loads(line.decode())
        if not _is_record(fields) or _canonical(fields) != line:
            return Unread(is_torn=False)
    except (ValueError, RecursionError):
        return Unread(is_torn=False)
    return Entry(
        seq=fields["seq"],
        prev=fields["prev"],
        hash=hashlib.sha256(line).hexdigest(),
        boot_id=fields["boot_id"],
        mono_ns=int(fields["mono_ns"]),
        wall=fields["wall"],
        actor=fields["actor"],
        event=fields["event"],
        data=fields["data"],
    )


def _is_record(fields: Any) -> bool:
    """Whether every field is there, no other, and each of its form."""
    return (
        isinstance(fields, dict)
        and fields.keys() == FIELDS
        and type(fields["seq"]) is int
        and fields["seq"] > 0
        and isinstance(fields["data"], dict)
        and all(isinstance(fields[name], str) for name in TEXTS)
        and HASH.fullmatch(fields["prev"]) is not None
        and NUMBER.fullmatch(fields["mono_ns"]) is not None
        and WALL.fullmatch(fields["wall"]) is not None
    )


def _canonical(fields: dict[str, Any]) -> bytes:
    """RFC 8785 for strings, booleans, null, whole numbers, lists and objects. Raises ValueError for anything else."""
    return json.dumps(_ordered(fields, DEEPEST), ensure_ascii=False, separators=(",", ":")).encode()


def _ordered(value: Any, deeper: int) -> Any:
    if isinstance(value, str | bool) or value is None:
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    if isinstance(value, dict) and deeper:
        keys = sorted(value, key=_utf16)
        return {key: _ordered(value[key], deeper - 1) for key in keys}
    if isinstance(value, list) and deeper:
        return [_ordered(item, deeper - 1) for item in value]
    raise ValueError("a record cannot hold this")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
