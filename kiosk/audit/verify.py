"""Says whether a trail is what was recorded, from the trail, the public key and signed heads; never from a secret."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Final

from kiosk.audit.chain import Failure, Walk, follow
from kiosk.audit.notes import Key, Mark, read_mark
from kiosk.audit.reading import Entry, Unread, read
from kiosk.audit.verdict import Verdict, Word
from kiosk.errors import Unavailable, Untrusted

BESIDE: Final = ("head.note", "cosigned.note", "start.note")


@dataclass
class Marks:
    """The notes that are believed, and what is wrong with the others."""

    given: list[Mark] = field(default_factory=list)
    beside: list[Mark] = field(default_factory=list)
    start: Mark | None = None
    wrong: list[tuple[int | None, str]] = field(default_factory=list)


def verify(trail: Path, key_file: Path, head_files: Sequence[Path] = ()) -> Verdict:
    """Check a trail with the notes beside it and the heads that are given.

    Raises Unavailable for a file that is missing, or that was given and is of the wrong kind.
    """
    key = Key.read(key_file)
    marks = _marks(trail.parent, key, head_files)
    verdict = _judged(trail, key, marks)
    now = _marks(trail.parent, key, head_files) if verdict.verdict is Word.TAMPERED else marks
    return verdict if now.start == marks.start else _judged(trail, key, now)  # records were removed as we read


def _judged(trail: Path, key: Key, marks: Marks) -> Verdict:
    lines = read(trail)
    first = next(lines, None)
    walk = Walk(_before(key, marks.start, first), heads=_heads(marks), given=marks.given)
    follow(walk, lines if first is None else chain([first], lines))
    if walk.failure is not None:
        return _verdict(walk, Word.TAMPERED, walk.failure)
    if marks.wrong:
        return _verdict(walk, Word.TAMPERED, *marks.wrong[:1])
    return _sound(walk, marks)


def _marks(folder: Path, key: Key, head_files: Sequence[Path]) -> Marks:
    marks = Marks()
    for path in head_files:
        try:
            _sort(read_mark(path, key), marks, marks.given)
        except Untrusted as error:
            raise Unavailable(str(error)) from None
    for path in (folder / name for name in BESIDE):
        if not path.exists():
            continue
        try:
            _sort(read_mark(path, key), marks, marks.beside)
        except Untrusted:
            marks.wrong.append((None, f"{path.name} is not a signed note."))
    return marks


def _sort(mark: Mark, marks: Marks, heads: list[Mark]) -> None:
    if not mark.is_signed:
        marks.wrong.append((mark.seq, f"{mark.name} names record {mark.seq}, and this key has not signed it."))
    elif mark.is_start:
        marks.start = mark
    else:
        heads.append(mark)


def _before(key: Key, start: Mark | None, first: Entry | Unread | None) -> tuple[int, str]:
    """The place before the first record: the origin's, or the start's, or earlier still.

    A crash may keep records that the start says were removed; they are believed if they lead to it.
    """
    if start is None:
        return 0, hashlib.sha256(key.origin.encode()).hexdigest()
    if isinstance(first, Entry) and first.seq <= start.seq:
        return first.seq - 1, first.prev
    return start.seq, start.hash


def _heads(marks: Marks) -> list[Mark]:
    """Every head that tells a hash; those that were given come first."""
    return [*marks.given, *marks.beside, *([marks.start] if marks.start is not None else [])]


def _sound(walk: Walk, marks: Marks) -> Verdict:
    """The verdict on a chain in which nothing is wrong."""
    older = [head for head in marks.given if head.seq < walk.before[0]]
    if older:
        why = f"Nothing is wrong, but the records {older[0].name} is about were removed: it cannot be compared."
        return _verdict(walk, Word.OPEN, (None, why))
    if walk.first is None:
        return _verdict(walk, Word.OPEN, (None, "There is no record yet."))
    if walk.vouched < walk.last or walk.is_torn:
        vouched = f"A signed head vouches for records up to {walk.vouched}." if walk.vouched else "No head is signed."
        torn = " The last record is torn, and does not count." if walk.is_torn else ""
        return _verdict(walk, Word.OPEN, (None, f"{vouched} The tail behind, up to {walk.last}, is open.{torn}"))
    closed = f"Records {walk.first} to {walk.last} are whole, and closed by a signed head."
    limit = (
        "" if marks.given else " Without a head kept elsewhere (--head), a cut back to an older head would not show."
    )
    return _verdict(walk, Word.WHOLE, (None, closed + limit))


def _verdict(walk: Walk, word: Word, said: tuple[int | None, str] | Failure) -> Verdict:
    seq, why = (said.seq, said.why) if isinstance(said, Failure) else said
    return Verdict(word, walk.first, walk.last if walk.first is not None else None, walk.vouched, seq, why)
