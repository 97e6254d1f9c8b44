"""Writes the audit trail, one caller at a time: chains, fsyncs, signs; it knows no thread and decides no call."""

import logging
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from kiosk.errors import Unavailable
from kiosk.lockdown.audit_file import Reserve, TrailFile, is_full, replace_file, sync_folder
from kiosk.lockdown.audit_opening import Found
from kiosk.lockdown.audit_places import OwnKey, Places
from kiosk.policy.audit import Happening, Record, chain_hash, parse_record, wall_text
from kiosk.policy.canonical import JsonValue
from kiosk.policy.heads import Head, Start
from kiosk.policy.note import Note

LOG: Final = logging.getLogger(__name__)
BROKEN: Final = "The audit trail cannot be written. Ask IT to look at the laptop's disk."
DISK_FULL: Final = "The laptop's disk is full, so this cannot be recorded. Ask IT to make space."


@dataclass(frozen=True)
class Entry:
    """Something to write. `opens` says that it must be written before it takes effect, and never on the reserve."""

    what: Happening
    opens: bool
    done: Future[int] = field(default_factory=Future)


class AuditWriter:
    """The end of the chain. Raises OSError when the disk fails for another reason than being full; then all is over."""

    def __init__(self, places: Places, key: OwnKey, found: Found, file: TrailFile, reserve: Reserve) -> None:
        self._places, self._key, self._file, self._reserve = places, key, file, reserve
        self._last, self._head_note, self._cosigned = found.last, found.head_note, found.cosigned
        self._head_is_stored = found.unsigned == 0
        self._waiting: list[Entry] = []  # closing records that not even the reserve had room for
        self._has_reserve = reserve.hold()

    @property
    def head_note(self) -> bytes:
        """The newest signed head."""
        return self._head_note

    @property
    def is_waiting(self) -> bool:
        """Whether something is not written yet that should be tried again."""
        return bool(self._waiting) or not self._head_is_stored

    def write(self, entries: Sequence[Entry] = ()) -> None:
        """Write these, and what waits; each future gets its sequence number, or Unavailable."""
        entries, self._waiting = [*self._waiting, *entries], []
        try:
            self._write(self._allowed(entries))
            self._store_head()
        except OSError:
            refuse(entries, BROKEN)
            raise

    def _write(self, entries: Sequence[Entry]) -> None:
        try:
            self._append(entries)
        except OSError as error:
            if not is_full(error):
                raise
            self._write_on_the_reserve(entries)

    def _allowed(self, entries: Sequence[Entry]) -> list[Entry]:
        """Without a reserve, only what closes; unless there is space for a reserve again."""
        if not self._has_reserve and any(entry.opens for entry in entries):
            self._has_reserve = self._reserve.hold()
        return list(entries) if self._has_reserve else _refuse_opening(entries)

    def _write_on_the_reserve(self, entries: Sequence[Entry]) -> None:
        LOG.error("the disk is full: the audit trail uses its reserve, and nothing more is opened")
        self._reserve.release()
        self._has_reserve = False
        closing = _refuse_opening(entries)
        try:
            self._append(closing)
        except OSError as error:
            if not is_full(error):
                raise
            self._waiting = closing

    def _append(self, entries: Sequence[Entry]) -> None:
        """Chain and write; nothing has changed when this raises."""
        last, lines, written = self._last, [], []
        for entry in entries:
            try:
                line = Record(last.seq + 1, last.hash, entry.what).line()
            except ValueError as error:
                LOG.exception("%s cannot be recorded", entry.what.event)
                entry.done.set_exception(error)
                continue
            last = Head(last.origin, last.seq + 1, chain_hash(line))
            lines.append(line + b"\n")
            written.append((entry, last.seq))
        if not written:
            return
        self._file.append(b"".join(lines))
        self._last, self._head_is_stored = last, False
        for entry, seq in written:
            entry.done.set_result(seq)

    def _store_head(self) -> None:
        """Sign where the trail ends and put it beside the trail; on a full disk that is tried again."""
        if self._head_is_stored:
            return
        self._head_note = self._key.signed(self._last.text())
        self._store_note(self._head_note)

    def _store_note(self, note: bytes) -> None:
        try:
            replace_file(self._places.head, note)
            self._head_is_stored = True
        except OSError as error:
            if not is_full(error):
                raise

    def take_cosigned(self, note: Note) -> None:
        """Keep a head that the service has signed too: it is ours, and not older than the last one."""
        head, raw = Head.parse(note.text), note.as_bytes()
        if self._cosigned is None or head.seq >= self._cosigned.seq:
            replace_file(self._places.cosigned, raw)
            sync_folder(self._places.folder)
            self._cosigned = head
        if head == self._last:
            self._head_note = raw
            self._store_note(raw)

    def keep_since(self, wall: datetime, now: Happening) -> int:
        """Remove the oldest records that happened before `wall`, and say so first; how many.

        The last record stays, and so does the one that the last co-signed head is about: else a cut could hide here.
        Raises Unavailable or OSError, with the trail as it was or shorter, and always one that can be verified.
        """
        found = self._removable(wall_text(wall))
        if found is None:
            return 0
        first, last, place = found
        said: dict[str, JsonValue] = {"first": first, "last": last.seq, "before": wall_text(wall)}
        entry = Entry(replace(now, data=said), opens=True)
        self.write([entry])
        entry.done.result(0)
        replace_file(self._places.start, self._key.signed(Start.at(last, now.wall).text()))
        sync_folder(self._places.folder)
        self._file.drop_before(place)
        return last.seq - first + 1

    def _removable(self, before: str) -> tuple[int, Head, int] | None:
        """The first record, the last one that may go, and where in the file it ends; None when none may."""
        keep_from = self._last.seq if self._cosigned is None else min(self._last.seq, self._cosigned.seq)
        first, last, place = 0, None, 0
        for line in self._file.lines():
            record = parse_record(line[:-1])
            first = first or record.seq
            if record.seq >= keep_from or wall_text(record.what.wall) >= before:
                break
            place += len(line)
            last = Head(self._last.origin, record.seq, chain_hash(line[:-1]))
        return None if last is None else (first, last, place)

    def close(self) -> None:
        """Let go; what still waits is Unavailable. Safe twice."""
        refuse(self._waiting, DISK_FULL)
        self._waiting = []
        self._file.close()


def _refuse_opening(entries: Sequence[Entry]) -> list[Entry]:
    refuse([entry for entry in entries if entry.opens], DISK_FULL)
    return [entry for entry in entries if not entry.opens]


def refuse(entries: Sequence[Entry], why: str) -> None:
    """Make every one of these Unavailable that has no answer yet."""
    for entry in entries:
        if not entry.done.done():
            entry.done.set_exception(Unavailable(why))
