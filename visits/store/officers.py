"""The officers of an establishment, and what happened to each. It is given verifiers and never sees a PIN."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.roster import MOST_OFFICERS, Right, Roster, RosterOfficer
from visits.domain.officers import OfficerEvent, OfficerHappened, OfficerListed
from visits.errors import ServiceError
from visits.store.officer_tables import OfficerEventRow, OfficerRow
from visits.store.tables import EstablishmentRow


@dataclass(frozen=True, slots=True)
class NewOfficer:
    """An officer to be. `manages`: may also manage laptops."""

    number: str
    name: str
    manages: bool
    verifier: str


@dataclass(frozen=True, slots=True)
class Done:
    """When something is done, and by which account of this machine."""

    at: datetime
    by: str


def establishment_named(session: Session, name: str | None) -> int:
    """The id of the establishment; without a name the only one. Raises ServiceError."""
    query = select(EstablishmentRow.id, EstablishmentRow.name)
    found = session.execute(query if name is None else query.where(EstablishmentRow.name == name)).all()
    if len(found) == 1:
        return int(found[0].id)
    if name is not None:
        raise ServiceError("there is no such establishment")
    raise ServiceError("say which establishment with --establishment" if found else "there is no establishment yet")


def check_new(session: Session, establishment_id: int, number: str) -> None:
    """Raises ServiceError for a number that is somebody's, also of an officer who has left."""
    row = _find(session, establishment_id, number)
    if row is not None:
        who = "an officer who is disabled" if row.disabled_at is not None else "an officer"
        raise ServiceError(f"{number} is {who} already, and a number is never given to a second person")
    query = select(func.count()).select_from(OfficerRow).where(OfficerRow.establishment_id == establishment_id)
    if (session.scalar(query) or 0) >= MOST_OFFICERS:
        raise ServiceError(f"this establishment has {MOST_OFFICERS} officers; a list holds no more")


def add_officer(session: Session, establishment_id: int, new: NewOfficer, done: Done) -> None:
    """A new officer. Raises ServiceError as `check_new`."""
    check_new(session, establishment_id, new.number)
    row = OfficerRow(
        establishment_id=establishment_id,
        number=new.number,
        name=new.name,
        manages=new.manages,
        verifier=new.verifier,
        added_at=done.at,
        pin_set_at=done.at,
    )
    session.add(row)
    session.flush()
    _note(session, row, OfficerHappened.ADDED, done)


def disable_officer(session: Session, establishment_id: int, number: str, done: Done) -> None:
    """From the next list on this officer's PIN opens nothing. Safe twice. Raises ServiceError for an unknown number."""
    row = officer_row(session, establishment_id, number)
    if row.disabled_at is None:
        row.disabled_at = done.at
        _note(session, row, OfficerHappened.DISABLED, done)


def enable_officer(session: Session, establishment_id: int, number: str, done: Done) -> None:
    """The officer's PIN works again. Safe twice. Raises ServiceError for an unknown number."""
    row = officer_row(session, establishment_id, number)
    if row.disabled_at is not None:
        row.disabled_at = None
        _note(session, row, OfficerHappened.ENABLED, done)


def reset_pin(session: Session, establishment_id: int, number: str, verifier: str, done: Done) -> None:
    """A new PIN in place of the old one; who is disabled stays so. Raises ServiceError for an unknown number."""
    row = officer_row(session, establishment_id, number)
    row.verifier, row.pin_set_at = verifier, done.at
    _note(session, row, OfficerHappened.PIN_RESET, done)


def officer_row(session: Session, establishment_id: int, number: str) -> OfficerRow:
    """The officer. Raises ServiceError for an unknown number."""
    row = _find(session, establishment_id, number)
    if row is None:
        raise ServiceError(f"{number} is no officer here: `visits officer list` shows them")
    return row


def officers(session: Session, establishment_id: int) -> tuple[OfficerListed, ...]:
    """Everybody, also who has left, in the order of their numbers."""
    return tuple(
        OfficerListed(row.number, row.name, _rights(row), row.added_at, row.pin_set_at, row.disabled_at)
        for row in _rows(session, establishment_id)
    )


def history(session: Session, establishment_id: int, number: str | None = None) -> tuple[OfficerEvent, ...]:
    """What happened to an officer, or to all of them, in order."""
    query = select(OfficerRow.number, OfficerEventRow).join(OfficerRow, OfficerRow.id == OfficerEventRow.officer_id)
    query = query.where(OfficerRow.establishment_id == establishment_id)
    if number is not None:
        query = query.where(OfficerRow.number == number)
    found = session.execute(query.order_by(OfficerEventRow.id)).all()
    return tuple(OfficerEvent(who, row.happened, row.at, row.by) for who, row in found)


def newest_event(session: Session, establishment_id: int) -> int:
    """The number of the newest thing that happened to anybody there; the list is the same as long as it is."""
    query = select(func.max(OfficerEventRow.id)).join(OfficerRow, OfficerRow.id == OfficerEventRow.officer_id)
    return session.scalar(query.where(OfficerRow.establishment_id == establishment_id)) or 0


def newest_of_all(session: Session) -> int:
    """The same, of every establishment."""
    return session.scalar(select(func.max(OfficerEventRow.id))) or 0


def roster_of(session: Session, establishment_id: int) -> Roster:
    """The list as laptops are given it."""
    return Roster(
        officers=tuple(
            RosterOfficer(
                number=row.number,
                name=row.name,
                rights=_rights(row),
                verifier=row.verifier,
                disabled=row.disabled_at is not None,
            )
            for row in _rows(session, establishment_id)
        )
    )


def _rows(session: Session, establishment_id: int) -> list[OfficerRow]:
    """Sorted here: a database may sort letters and digits by other rules than the list is checked by."""
    query = select(OfficerRow).where(OfficerRow.establishment_id == establishment_id)
    return sorted(session.scalars(query), key=lambda row: row.number)


def _find(session: Session, establishment_id: int, number: str) -> OfficerRow | None:
    query = select(OfficerRow).where(OfficerRow.establishment_id == establishment_id, OfficerRow.number == number)
    return session.scalars(query).one_or_none()


def _rights(row: OfficerRow) -> frozenset[Right]:
    return frozenset(Right) if row.manages else frozenset({Right.RUN_CALLS})


def _note(session: Session, row: OfficerRow, happened: OfficerHappened, done: Done) -> None:
    session.add(OfficerEventRow(officer_id=row.id, happened=happened, at=done.at, by=done.by))
