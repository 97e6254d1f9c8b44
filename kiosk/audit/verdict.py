"""What an auditor is told of a trail: one of three words, and how far it can be believed; it checks nothing itself."""

from dataclasses import dataclass
from enum import StrEnum


class Word(StrEnum):
    """Whole and closed by a signed head; whole up to an open tail; not what was recorded."""

    WHOLE = "whole"
    OPEN = "open"
    TAMPERED = "tampered"

    @property
    def status(self) -> int:
        """The exit status of `kiosk audit verify`."""
        return {Word.WHOLE: 0, Word.OPEN: 3, Word.TAMPERED: 1}[self]


@dataclass(frozen=True)
class Verdict:
    """The answer. `vouched_seq` is the last record that a signed head vouches for, with all before it; 0 for none."""

    verdict: Word
    first_seq: int | None
    last_seq: int | None
    vouched_seq: int
    failed_seq: int | None
    why: str
