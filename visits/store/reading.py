"""From rows to records: the one place where what the database holds becomes what the domain knows."""

from datetime import timedelta

from contract.words import Revocation
from visits.domain.records import (
    BookedCall,
    Claim,
    Digest,
    Ending,
    Establishment,
    Laptop,
    Prisoner,
    Vetting,
    Visitor,
)
from visits.store.tables import BookingRow, EstablishmentRow, LaptopRow, VettingRow, VisitorRow


def establishment_of(row: EstablishmentRow) -> Establishment:
    """The establishment and its rules."""
    return Establishment(
        name=row.name,
        timezone=row.timezone,
        turnaround=timedelta(seconds=row.turnaround_s),
        longest_extension=timedelta(seconds=row.longest_extension_s),
        recorded=row.recorded,
        watched=row.watched,
        use=row.use,
    )


def laptop_of(row: LaptopRow) -> Laptop:
    """The laptop, without its secret."""
    return Laptop(row.id, row.name, establishment_of(row.establishment))


def call_of(row: BookingRow) -> BookedCall:
    """The booking with everybody on it."""
    return BookedCall(
        booking_id=row.id,
        laptop=laptop_of(row.laptop),
        prisoner=Prisoner(row.prisoner.id, row.prisoner.number, row.prisoner.name, row.prisoner.moved_at),
        visitors=tuple(visitor_of(visitor) for visitor in row.visitors),
        starts_at=row.starts_at,
        duration=timedelta(seconds=row.duration_s),
        note_for_officer=row.note_for_officer,
        note_for_prisoner=row.note_for_prisoner,
        claim=_claim(row),
        ending=_ending(row),
    )


def visitor_of(row: VisitorRow) -> Visitor:
    """The contact, with every approval."""
    vettings = tuple(_vetting(each) for each in row.vettings)
    return Visitor(row.id, row.prisoner_id, row.name, row.called, row.relation, row.born_on, vettings, row.photo)


def _vetting(row: VettingRow) -> Vetting:
    return Vetting(row.valid_from, row.valid_until, row.revoked_at, row.revoked_as or Revocation.VISITOR_BANNED)


def _claim(row: BookingRow) -> Claim | None:
    if row.claim_digest is None or row.claimed_at is None:
        return None
    return Claim(Digest(row.claim_digest), row.claimed_at)


def _ending(row: BookingRow) -> Ending | None:
    if row.outcome is None:
        return None
    return Ending(row.outcome, row.ended_by, row.reason, row.talk_ms or 0, row.owed_ms or 0)
