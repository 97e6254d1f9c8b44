"""Reads the audit trail when the guard starts: whole, or torn at the very end; anything else stops it, unchanged."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import LockdownError, Untrusted
from kiosk.lockdown.audit_file import replace_file, sync_folder
from kiosk.lockdown.audit_places import OwnKey, Places
from kiosk.policy.audit import LONGEST_RECORD_BYTES, chain_hash, first_prev, parse_record
from kiosk.policy.heads import Head, Start
from kiosk.policy.note import Note


@dataclass(frozen=True)
class Found:
    """The trail as it stands: its last record's place, where it ends in the file, and what is odd but allowed."""

    last: Head
    end: int  # bytes; what stands behind is torn
    torn: bytes
    unsigned: int  # records after the signed head: written, but the crash came before the next signature
    head_note: bytes
    cosigned: Head | None


def read_trail(places: Places, key: OwnKey) -> Found:
    """Read everything and change nothing. Raises LockdownError with one sentence."""
    head_note, head = _head(places.head, key)
    cosigned = _head(places.cosigned, key)[1] if places.cosigned.exists() else None
    start = _start(places.start, key) if places.start.exists() else None
    known = {mark.seq: mark.hash for mark in (head, cosigned, start) if mark is not None}
    last, end, torn = _follow(places.trail, key.public.name, start, known)
    if last.seq < max(known):
        raise LockdownError(
            f"the audit trail is cut: record {max(known)} was signed, and it ends at {last.seq}; nothing was changed"
        )
    return Found(last, end, torn, last.seq - head.seq, head_note, cosigned)


def keep_torn(places: Places, torn: bytes) -> str:
    """Put the bytes of a torn record aside; the name of their file. Safe twice: the same bytes have the same name."""
    path = places.folder / f"torn-{hashlib.sha256(torn).hexdigest()[:16]}"
    replace_file(path, torn)
    sync_folder(places.folder)
    return path.name


def _follow(path: Path, origin: str, start: Start | None, known: Mapping[int, str]) -> tuple[Head, int, bytes]:
    """Follow the chain from its first line to its last; the last place, the offset behind it, and what is torn."""
    last = Head(origin, 0, first_prev(origin)) if start is None else Head(origin, start.seq, start.hash)
    end = 0
    if not path.is_file():
        raise LockdownError(f"the audit trail ({path}) is missing, and its key is there; nothing was changed")
    with path.open("rb") as file:
        while line := file.readline(LONGEST_RECORD_BYTES + 2):
            if not line.endswith(b"\n"):
                if len(line) > LONGEST_RECORD_BYTES:
                    raise _damaged(last.seq + 1)
                return last, end, line
            if end == 0 and start is not None:
                last = _before_first(line[:-1], last)
            last = _next(line[:-1], last)
            end += len(line)
            if known.get(last.seq, last.hash) != last.hash:
                raise _damaged(last.seq)
    return last, end, b""


def _before_first(line: bytes, start: Head) -> Head:
    """The place before the first line: records that a crash kept from being removed may still be there."""
    try:
        first = parse_record(line)
    except Untrusted:
        raise _damaged(start.seq + 1) from None
    return Head(start.origin, first.seq - 1, first.prev) if first.seq <= start.seq else start


def _next(line: bytes, last: Head) -> Head:
    try:
        record = parse_record(line)
    except Untrusted:
        raise _damaged(last.seq + 1) from None
    if (record.seq, record.prev) != (last.seq + 1, last.hash):
        raise _damaged(last.seq + 1)
    return Head(last.origin, record.seq, chain_hash(line))


def _damaged(seq: int) -> LockdownError:
    return LockdownError(
        f"the audit trail is damaged at record {seq} or before it; `kiosk audit verify` says more; nothing was changed"
    )


def _head(path: Path, key: OwnKey) -> tuple[bytes, Head]:
    raw, text = _signed(path, key)
    try:
        return raw, Head.parse(text)
    except Untrusted:
        raise _wrong(path) from None


def _start(path: Path, key: OwnKey) -> Start:
    try:
        return Start.parse(_signed(path, key)[1])
    except Untrusted:
        raise _wrong(path) from None


def _signed(path: Path, key: OwnKey) -> tuple[bytes, str]:
    """A note's bytes and its text, signed by us and about us."""
    if not path.is_file():
        raise LockdownError(f"the audit trail's signed head ({path}) is missing; nothing was changed")
    raw = path.read_bytes()
    try:
        note = Note.parse(raw)
    except Untrusted:
        raise _wrong(path) from None
    if not note.is_signed_by(key.public) or note.text.split("\n")[0] != key.public.name:
        raise _wrong(path)
    return raw, note.text


def _wrong(path: Path) -> LockdownError:
    return LockdownError(f"{path} is not what this laptop signed; nothing was changed")
