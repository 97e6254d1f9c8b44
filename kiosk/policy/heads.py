"""What a laptop signs about its audit trail: how far it goes (a head) and from where it is kept (a start); pure."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from kiosk.errors import Untrusted
from kiosk.policy.audit import WALL, wall_text

SEQ: Final = re.compile(r"0|[1-9]\d{0,15}")


@dataclass(frozen=True)
class Head:
    """The trail of `origin` reaches record `seq`, whose chain hash is `hash` (hex)."""

    origin: str
    seq: int
    hash: str

    def text(self) -> str:
        """Three lines: origin, sequence number, base64 of the hash, as in a C2SP checkpoint."""
        return f"{self.origin}\n{self.seq}\n{base64.b64encode(bytes.fromhex(self.hash)).decode()}\n"

    @classmethod
    def parse(cls, untrusted: str) -> Self:
        """Read a head from the text of a note. Raises Untrusted."""
        lines = untrusted.split("\n")
        if len(lines) != 4 or lines[3] != "":
            raise Untrusted("a note is not a head of an audit trail")
        return cls(lines[0], *_place(lines[1], lines[2]))


@dataclass(frozen=True)
class Start:
    """Records up to `seq`, whose chain hash was `hash`, were removed by policy, at `wall`."""

    origin: str
    seq: int
    hash: str
    wall: str

    def text(self) -> str:
        """The lines of a head, and a fourth that says when."""
        return f"{Head(self.origin, self.seq, self.hash).text()}removed {self.wall}\n"

    @classmethod
    def at(cls, head: Head, wall: datetime) -> Self:
        """The trail starts after this head from now on."""
        return cls(head.origin, head.seq, head.hash, wall_text(wall))

    @classmethod
    def parse(cls, untrusted: str) -> Self:
        """Read a start from the text of a note. Raises Untrusted."""
        lines = untrusted.split("\n")
        if len(lines) != 5 or lines[4] != "" or not WALL.fullmatch(lines[3].removeprefix("removed ")):
            raise Untrusted("a note is not the start of an audit trail")
        return cls(lines[0], *_place(lines[1], lines[2]), lines[3].removeprefix("removed "))


def _place(seq: str, encoded: str) -> tuple[int, str]:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if not SEQ.fullmatch(seq) or len(raw) != 32 or base64.b64encode(raw).decode() != encoded:
        raise Untrusted("a note names no place in an audit trail")
    return int(seq), raw.hex()
