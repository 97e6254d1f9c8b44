"""A day for a fleet: writes laptops of thirty establishments, their certificates and their bookings into a database."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.orm import Session

from contract.words import Use
from visits.cli.opened import opened
from visits.keys.authority import Authority, private_pem
from visits.keys.folder import AUTHORITY_PEM, Names, default_folder, make_keys
from visits.keys.request import LaptopKey
from visits.store.tables import BookingRow, EstablishmentRow, LaptopRow, PrisonerRow, VettingRow, VisitorRow
from visits.store.trust_tables import CertificateRow
from visits.tokens import digest, new_token

ESTABLISHMENTS: Final = 30
BOOKINGS: Final = 8  # of each laptop, over the hours to come
EVERY: Final = timedelta(minutes=50)


@dataclass(frozen=True, slots=True)
class Fleet:
    """Where each laptop's key and certificate lie in one file, and what vouches for the service."""

    identities: tuple[Path, ...]
    authority: Path


def make(db: Path, laptops: int) -> Fleet:
    """A database with so many enrolled laptops, and the keys of the service beside it."""
    now = datetime.now(UTC)
    keys = make_keys(default_folder(db), Names("bench", Use.DEMO, ["127.0.0.1"]), now)
    folder = db.with_name("laptops")
    folder.mkdir()
    with opened(db) as database:
        identities = database.write(_fill, laptops, keys.authority, folder, now)
    return Fleet(identities, default_folder(db) / AUTHORITY_PEM)


def _fill(session: Session, laptops: int, authority: Authority, folder: Path, now: datetime) -> tuple[Path, ...]:
    places = [_establishment(number) for number in range(ESTABLISHMENTS)]
    session.add_all(places)
    rows = [_laptop(session, places[number % ESTABLISHMENTS], number) for number in range(laptops)]
    return tuple(_certified(session, row, authority, folder, now) for row in rows)


def _certified(session: Session, row: LaptopRow, authority: Authority, folder: Path, now: datetime) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    issued = authority.for_laptop(row.name, LaptopKey(key.public_key()), now, timedelta(days=180))
    session.add(
        CertificateRow(
            serial=issued.serial,
            laptop_id=row.id,
            key_digest=issued.key_digest,
            issued_at=now,
            not_before=issued.not_before,
            not_after=issued.not_after,
            used_at=now,
        )
    )
    file = folder / f"{row.id}.pem"
    file.write_text(private_pem(key).decode() + issued.pem)
    return file


def _laptop(session: Session, place: EstablishmentRow, number: int) -> LaptopRow:
    row = LaptopRow(establishment=place, name=f"Laptop {number}")
    prisoner = PrisonerRow(number=f"B{number:05}X", name=f"Prisoner {number}")
    session.add_all([row, prisoner])
    session.flush()
    starts_at = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(minutes=5)
    visitors = [_visitor(prisoner, number, turn) for turn in range(2)]
    session.add_all(visitors)
    for turn in range(BOOKINGS):
        session.add(
            BookingRow(
                id=f"booking-{number}-{turn}",
                laptop=row,
                prisoner=prisoner,
                starts_at=starts_at + turn * EVERY,
                duration_s=1800,
                link_digest=digest(new_token()),
                visitors=visitors,
            )
        )
    session.flush()
    return row


def _establishment(number: int) -> EstablishmentRow:
    return EstablishmentRow(
        name=f"HMP Example {number}",
        timezone="Europe/London",
        turnaround_s=300,
        longest_extension_s=900,
        recorded=True,
        watched=True,
        use=Use.DEMO,
    )


def _visitor(prisoner: PrisonerRow, number: int, turn: int) -> VisitorRow:
    return VisitorRow(
        id=f"visitor-{number}-{turn}",
        prisoner_id=prisoner.id,
        name=f"Visitor {number} {turn}",
        called="Mum",
        relation="Mother",
        born_on=date(1970, 1, 1 + turn),
        vettings=[VettingRow(valid_from=date(2020, 1, 1), valid_until=date(2040, 1, 1))],
    )
