"""Follows a trail from its first record to its last, and names the first that is not what was recorded.

Trust runs backwards: a signed head tells the hash of one record, that record the hash of the one before it. So where
two records do not fit together, the later one is believed if a head vouches for it, and else the earlier one.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from kiosk.audit.notes import Mark
from kiosk.audit.reading import Entry, Unread


@dataclass(frozen=True)
class Failure:
    """The first record that is not what was recorded, and what is wrong with it, in one sentence."""

    seq: int
    why: str


@dataclass
class Walk:
    """How far a trail was followed. `before` is the place before the first record: its number and its hash."""

    before: tuple[int, str]
    heads: Sequence[Mark]
    given: Sequence[Mark] = ()
    first: int | None = None
    last: int = 0
    vouched: int = 0
    is_torn: bool = False
    failure: Failure | None = None
    hashes: list[bytes] = field(default_factory=list)


def follow(walk: Walk, lines: Iterable[Entry | Unread]) -> Walk:
    """Follow the trail; what is found stands in `walk`."""
    rest = iter(lines)
    walk.last, last_hash = walk.before
    walk.failure = _at_heads(walk, walk.last, last_hash)
    while walk.failure is None and (line := next(rest, None)) is not None:
        expected = walk.last + 1
        if isinstance(line, Unread):
            walk.is_torn = line.is_torn
            if line.is_torn:
                break
            walk.failure = Failure(expected, f"Record {expected} is not a record in canonical form.")
        elif (line.seq, line.prev) != (expected, last_hash):
            walk.failure = _blame(walk, line, rest)
        else:
            _step(walk, line)
            last_hash = line.hash
            false_head = _at_heads(walk, expected, last_hash)
            walk.failure = false_head and _behind(walk, false_head, last_hash, rest)
    return _at_end(walk)


def _step(walk: Walk, entry: Entry) -> None:
    walk.last = entry.seq
    walk.first = walk.first or entry.seq
    walk.hashes.append(bytes.fromhex(entry.hash))


def _at_heads(walk: Walk, seq: int, found: str) -> Failure | None:
    """Compare a record with every head that is about it."""
    for head in walk.heads:
        if head.seq != seq:
            continue
        if head.hash != found:
            return Failure(seq, f"Record {seq} is not the one that {head.name} was signed for.")
        walk.vouched = seq
    return None


def _at_end(walk: Walk) -> Walk:
    furthest = max(walk.heads, key=lambda head: head.seq, default=None)
    if walk.failure is None and furthest is not None and furthest.seq > walk.last:
        cut = walk.last + 1
        walk.failure = Failure(cut, f"Record {cut} is missing: {furthest.name} is signed for record {furthest.seq}.")
    return walk


def _behind(walk: Walk, false_head: Failure, last_hash: str, rest: Iterator[Entry | Unread]) -> Failure:
    """Where a head is not met: what is genuine may stand behind what was put in before it."""
    for line in rest:
        if isinstance(line, Unread):
            break
        if (line.seq, line.prev) != (walk.last + 1, last_hash):
            return _replaced(walk, line, rest) or false_head
        _step(walk, line)
        last_hash = line.hash
    return false_head


def _blame(walk: Walk, odd: Entry, rest: Iterator[Entry | Unread]) -> Failure:
    """Which record is wrong where `odd` does not fit behind the last one."""
    expected = walk.last + 1
    if odd.seq > expected:
        return Failure(expected, f"Record {expected} is missing: record {odd.seq} stands in its place.")
    wrong = Failure(expected, f"Record {expected} does not follow from the one before it.")
    return _replaced(walk, odd, rest) or wrong


def _replaced(walk: Walk, odd: Entry, rest: Iterator[Entry | Unread]) -> Failure | None:
    seq = _first_replaced(walk, odd, rest)
    return Failure(seq, f"Record {seq} is not the one that was recorded.") if seq and seq > walk.vouched else None


def _first_replaced(walk: Walk, odd: Entry, rest: Iterator[Entry | Unread]) -> int | None:
    """If what begins with `odd` is genuine: the first record before it that is not; None otherwise."""
    first = walk.last - len(walk.hashes) + 1
    place = odd.seq - 1
    replaced = place if place >= first and walk.hashes[place - first].hex() != odd.prev else None
    last = odd
    judges = [head for head in walk.given or walk.heads if head.seq >= odd.seq]
    while True:
        if replaced is None and first <= last.seq <= walk.last and walk.hashes[last.seq - first].hex() != last.hash:
            replaced = last.seq
        about = [head for head in judges if head.seq == last.seq]
        if about:
            return replaced if all(head.hash == last.hash for head in about) else None
        line = next(rest, None)
        if line is None or (isinstance(line, Unread) and line.is_torn):
            return None if judges else replaced
        if isinstance(line, Unread) or (line.seq, line.prev) != (last.seq + 1, last.hash):
            return None
        last = line
