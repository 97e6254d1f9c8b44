"""Officers as staff administration knows them, and what can happen to one. Pure; it knows no PIN."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from contract.roster import Right


class OfficerHappened(StrEnum):
    """What staff may be asked about an officer: who did it and when is kept for each."""

    ADDED = "added"
    DISABLED = "disabled"
    ENABLED = "enabled"
    PIN_RESET = "pin_reset"


@dataclass(frozen=True, slots=True)
class OfficerListed:
    """One officer; never the verifier of the PIN."""

    number: str
    name: str
    rights: frozenset[Right]
    added_at: datetime
    pin_set_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class OfficerEvent:
    """One thing that happened, by an account of the service's machine."""

    number: str
    happened: OfficerHappened
    at: datetime
    by: str
