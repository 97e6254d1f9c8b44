"""The establishments that the service serves. Their rules come with their policy; until then they are strict ones."""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.words import Use
from visits.errors import ServiceError
from visits.store.tables import EstablishmentRow

TURNAROUND_S: Final = 900  # until a policy says otherwise, and no call may be made longer


def add_establishment(session: Session, name: str, timezone: str, use: Use) -> None:
    """Add it. Raises ServiceError for a name that is there, or for another use than the others have."""
    found = session.scalars(select(EstablishmentRow)).all()
    if any(row.name == name for row in found):
        raise ServiceError(f"there is an establishment {name} already")
    if any(row.use is not use for row in found):
        raise ServiceError(f"this database is in {found[0].use} use: live and demo data never share one")
    session.add(
        EstablishmentRow(
            name=name,
            timezone=timezone,
            turnaround_s=TURNAROUND_S,
            longest_extension_s=0,
            recorded=True,
            watched=True,
            use=use,
        )
    )
    session.flush()


def establishments(session: Session) -> tuple[tuple[str, str, Use], ...]:
    """Name, time zone and use of each, by name."""
    rows = session.scalars(select(EstablishmentRow).order_by(EstablishmentRow.name))
    return tuple((row.name, row.timezone, row.use) for row in rows)
