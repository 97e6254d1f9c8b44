"""What the service knows about people and bookings, as frozen data read from the store. Times are aware and UTC."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NewType

from contract.words import EndedBy, Outcome, Reason, Revocation, Use

Digest = NewType("Digest", str)  # what is stored of a secret


@dataclass(frozen=True, slots=True)
class Establishment:
    """A prison or YOI and its rules. `longest_extension` is how much later than booked a call may end."""

    name: str
    timezone: str
    turnaround: timedelta
    longest_extension: timedelta
    recorded: bool
    watched: bool
    use: Use


@dataclass(frozen=True, slots=True)
class Laptop:
    """One enrolled laptop."""

    laptop_id: int
    name: str
    establishment: Establishment


@dataclass(frozen=True, slots=True)
class Prisoner:
    """Who a booking is for. `number` is the prison number, such as A1234BC."""

    prisoner_id: int
    number: str
    name: str
    moved_at: datetime | None = None  # to another establishment: no call of theirs can be here


@dataclass(frozen=True, slots=True)
class Vetting:
    """An approval to visit: both days count, and a revocation ends it at once."""

    valid_from: date
    valid_until: date
    revoked_at: datetime | None = None
    revoked_as: Revocation = Revocation.VISITOR_BANNED


@dataclass(frozen=True, slots=True)
class Visitor:
    """One contact of one prisoner. `called` is what the prisoner calls them, `photo` the SHA-256 of the one on file."""

    visitor_id: str
    prisoner_id: int
    name: str
    called: str
    relation: str
    born_on: date
    vettings: tuple[Vetting, ...]
    photo: str | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """Which browser a link belongs to, by the digest of its cookie."""

    cookie: Digest
    claimed_at: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, as it stands: by the laptop's newest report, or because staff cancelled it."""

    outcome: Outcome
    ended_by: EndedBy | None
    reason: Reason | None
    talk_ms: int
    owed_ms: int = 0


@dataclass(frozen=True, slots=True)
class BookedCall:
    """One booking of one laptop, with the household that takes part."""

    booking_id: str
    laptop: Laptop
    prisoner: Prisoner
    visitors: tuple[Visitor, ...]
    starts_at: datetime
    duration: timedelta
    note_for_officer: str = ""
    note_for_prisoner: str = ""
    claim: Claim | None = None
    ending: Ending | None = None

    @property
    def ends_at(self) -> datetime:
        """The booked end; the hard stop may be later."""
        return self.starts_at + self.duration
