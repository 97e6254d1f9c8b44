"""A laptop's identity: how its certificates end, and when one stands. Pure: told what the time is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class EndedAs(StrEnum):
    """Why a certificate no longer counts, before it expires."""

    REVOKED = "revoked"  # staff said so
    REPLACED = "replaced"  # the laptop was enrolled again
    RENEWED = "renewed"  # its successor has been used


class Happened(StrEnum):
    """What staff may be asked about a laptop's identity."""

    CODE_MADE = "code_made"
    ENROLLED = "enrolled"
    ENROLLED_AGAIN = "enrolled_again"
    RENEWED = "renewed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of one laptop; `serial` in hex, `key_digest` of its public key."""

    serial: str
    laptop_id: int
    key_digest: str
    not_before: datetime
    not_after: datetime
    used_at: datetime | None = None
    ended: EndedAs | None = None

    def stands(self, now: datetime) -> bool:
        """Whether a new connection or request may come with it."""
        return self.ended is None and self.not_before <= now < self.not_after

    def stands_on_a_live_line(self, now: datetime) -> bool:
        """Whether a connection that came with it may go on: a successor for the same key does not end that."""
        return self.ended in (None, EndedAs.RENEWED) and now < self.not_after
