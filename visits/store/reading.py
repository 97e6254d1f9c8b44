"""From rows to records: the one place where what the database holds becomes what the domain knows."""

from datetime import timedelta

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
from visits.store.tables import BookingRow, EstablishmentRow, LaptopRow, VisitorRow


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
        prisoner=Prisoner(row.prisoner.id, row.prisoner.number, row.prisoner.name),
        visitors=tuple(_visitor(visitor) for visitor in row.visitors),
        starts_at=row.starts_at,
        duration=timedelta(seconds=row.duration_s),
        note_for_officer=row.note_for_officer,
        claim=_claim(row),
        ending=_ending(row),
    )


def _visitor(row: VisitorRow) -> Visitor:
    vettings = tuple(Vetting(each.valid_from, each.valid_until, each.revoked_at) for each in row.vettings)
    return Visitor(row.id, row.prisoner_id, row.name, row.called, row.relation, row.born_on, vettings, row.photo)


def _claim(row: BookingRow) -> Claim | None:
    if row.claim_digest is None or row.claimed_at is None:
        return None
    return Claim(Digest(row.claim_digest), row.claimed_at)


def _ending(row: BookingRow) -> Ending | None:
    if row.outcome is None:
        return None
    return Ending(row.outcome, row.ended_by, row.reason, row.talk_ms or 0, row.owed_ms or 0)
