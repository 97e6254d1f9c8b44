"""Every way to tamper with a trail that the tests know, drawn by hypothesis; each says what it did."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from kiosk.policy.audit import Record, parse_record
from kiosk.policy.canonical import canonical
from tests.fakes.audit import FakeLaptop, happening

LAPTOP = FakeLaptop.number(1)
STRANGER = FakeLaptop.number(2, "laptop.example/w2")
COUNT = 24
EVENTS = [
    ("guard_started", {}),
    ("note_written", {"booking_id": "b1", "text": 'ŵ 😀 \ufb33 " \\ \n \x7f \u2028'}),
    ("outcome", {"lost": {"z": 1, "\ufb33": 2, "😀": 3}, "talk_ms": 0, "owed_ms": 2**53 - 1}),
    ("admitted", {"booking_id": "b1", "ticked": ["a", "b", None, True]}),
    ("devices_opened", {"booking_id": "b1"}),
    ("devices_shut", {"booking_id": "b1"}),
]
LINES = LAPTOP.lines([happening(*EVENTS[i % len(EVENTS)], at_s=i) for i in range(COUNT)])  # type: ignore[arg-type]
STRANGE = STRANGER.lines([happening(*EVENTS[(i + 1) % len(EVENTS)], at_s=i) for i in range(COUNT)])  # type: ignore[arg-type]
WHOLE = b"".join(line + b"\n" for line in LINES)
PLACES = st.integers(0, COUNT - 1)


@dataclass(frozen=True)
class Tampering:
    """What was done, and the bytes of the trail after it. `shows_at`: where it shows, if that is later than done."""

    what: str
    trail: bytes
    shows_at: int | None = None


def joined(what: str, lines: list[bytes], shows_at: int | None = None) -> Tampering:
    return Tampering(what, b"".join(line + b"\n" for line in lines), shows_at)


def with_line(place: int, line: bytes) -> list[bytes]:
    return [*LINES[:place], line, *LINES[place + 1 :]]


TEXT = st.text(max_size=8)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "seq": st.integers(1, COUNT + 3),
    "prev": st.one_of(st.binary(min_size=32, max_size=32).map(bytes.hex), PLACES.map(lambda i: prev_of(LINES[i]))),
    "boot_id": TEXT,
    "mono_ns": st.integers(0, 10**18).map(str),
    "wall": st.datetimes().map(lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.000Z")),
    "actor": TEXT,
    "event": st.sampled_from([event for event, _ in EVENTS]),
    "data": st.dictionaries(TEXT, st.one_of(TEXT, st.integers(-5, 5), st.none(), st.booleans()), max_size=3),
}


def prev_of(line: bytes) -> str:
    return str(json.loads(line)["prev"])


@st.composite
def edit(draw: st.DrawFn) -> Tampering:
    place, field = draw(PLACES), draw(st.sampled_from(sorted(VALUES)))
    fields = json.loads(LINES[place])
    fields[field] = draw(VALUES[field])
    return joined(f"edit {field} of {place + 1}", with_line(place, canonical(fields)))


@st.composite
def flip(draw: st.DrawFn) -> Tampering:
    place, mask = draw(st.integers(0, len(WHOLE) - 1)), draw(st.integers(1, 255))
    return Tampering(f"flip byte {place}", WHOLE[:place] + bytes([WHOLE[place] ^ mask]) + WHOLE[place + 1 :])


@st.composite
def insert(draw: st.DrawFn) -> Tampering:
    place, kind = draw(PLACES), draw(st.sampled_from(["fitting", "copy", "strange", "noise"]))
    if kind == "fitting":
        more = [Record(1, "", happening("forged", {"n": n})) for n in range(draw(st.integers(1, 5)))]
        new = LAPTOP.rechained(LINES[:place], more)[place:]
    elif kind == "noise":
        new = [draw(st.binary(max_size=40))]
    else:
        new = [draw(st.sampled_from(LINES if kind == "copy" else STRANGE))]
    return joined(f"insert {kind} at {place + 1}", [*LINES[:place], *new, *LINES[place:]])


@st.composite
def delete(draw: st.DrawFn) -> Tampering:
    place, count = draw(PLACES), draw(st.integers(1, 3))
    return joined(f"delete {count} from {place + 1}", [*LINES[:place], *LINES[place + count :]])


@st.composite
def swap(draw: st.DrawFn) -> Tampering:
    one, other = sorted(draw(st.sets(PLACES, min_size=2, max_size=2)))
    lines = list(LINES)
    lines[one], lines[other] = lines[other], lines[one]
    return joined(f"swap {one + 1} and {other + 1}", lines)


@st.composite
def truncate(draw: st.DrawFn) -> Tampering:
    kept = draw(st.integers(0, len(WHOLE) - 1))
    return Tampering(f"cut to {kept} bytes", WHOLE[:kept])


@st.composite
def splice(draw: st.DrawFn) -> Tampering:
    place, count = draw(PLACES), draw(st.integers(1, COUNT))
    strange = STRANGE[place : place + count]
    return joined(f"splice {len(strange)} at {place + 1}", [*LINES[:place], *strange, *LINES[place + len(strange) :]])


@st.composite
def replay(draw: st.DrawFn) -> Tampering:
    first, count, place = draw(PLACES), draw(st.integers(1, 6)), draw(st.integers(0, COUNT))
    copied = LINES[first : first + count]
    instead = draw(st.booleans())
    rest = LINES[place + (len(copied) if instead else 0) :]
    return joined(f"replay {first + 1} (+{len(copied)}) at {place + 1}", [*LINES[:place], *copied, *rest])


@st.composite
def rebuild(draw: st.DrawFn) -> Tampering:
    """Change a record and chain everything behind it anew, or some of it: it shows where that meets what is genuine."""
    place = draw(PLACES)
    until = draw(st.integers(place, COUNT - 1))
    records = [parse_record(line) for line in LINES[place : until + 1]]
    records[0] = replace(records[0], what=replace(records[0].what, event="never_happened"))
    lines = [*LAPTOP.rechained(LINES[:place], records), *LINES[until + 1 :]]
    return joined(f"rebuild {place + 1} to {until + 1}", lines, shows_at=until + 1)


def twice(line: bytes) -> bytes:
    return line.replace(b'{"actor":', b'{"actor":"guard","actor":')


NOT_CANONICAL: list[Callable[[bytes], bytes]] = [
    lambda line: line + b" ",
    lambda line: b" " + line,
    lambda line: line + b"\r",
    lambda line: b"\xef\xbb\xbf" + line,
    lambda line: line.replace(b'"actor":', b'"actor": '),
    lambda line: line.replace(b'"actor"', b'"\\u0061ctor"'),
    lambda line: line.replace(b"guard", b"gu\\u0061rd", 1),
    lambda line: line.replace(b',"wall"', b'.0,"wall"'),
    lambda line: line.replace(b',"wall"', b'e0,"wall"'),
    lambda line: line.replace(b'"seq":', b'"seq":0'),
    lambda line: line.replace(b'"data":{', b'"data":{"n":-0,' if b'"data":{}' not in line else b'"data":{"n":-0'),
    twice,
    lambda line: json.dumps(dict(reversed(json.loads(line).items())), separators=(",", ":")).encode(),
    lambda line: json.dumps(json.loads(line), indent=1).replace("\n", "").encode(),
    lambda line: json.dumps(json.loads(line), ensure_ascii=True, separators=(", ", ":")).encode(),
    lambda line: line.decode().encode("utf-16"),
    lambda line: line.replace(b'"data":{', b'"data":{"\\ud800":1,'),
    lambda line: line.replace(b'"data":', b'"data":' + b"[" * 5000),
    lambda line: line.replace(b'"event":', b'"extra":1,"event":'),
    lambda line: line.replace(b'"mono_ns":"', b'"mono_ns":"0'),
]


@st.composite
def other_encoding(draw: st.DrawFn) -> Tampering:
    place, which = draw(PLACES), draw(st.integers(0, len(NOT_CANONICAL) - 1))
    return joined(f"encoding {which} of {place + 1}", with_line(place, NOT_CANONICAL[which](LINES[place])))


KINDS = [edit, flip, insert, delete, swap, truncate, splice, replay, rebuild, other_encoding]
TAMPERINGS = st.one_of([kind() for kind in KINDS]).filter(lambda one: one.trail != WHOLE)


def first_difference(trail: bytes) -> int:
    """The first sequence number at which a trail is not the genuine one."""
    found = trail.split(b"\n")
    whole = WHOLE.split(b"\n")
    pairs = enumerate(zip(found, whole, strict=False), 1)
    return next((seq for seq, (one, other) in pairs if one != other), min(len(found), len(whole)))
