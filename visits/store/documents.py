"""Signed documents by kind and serial, as laptops are given them. Signs nothing and reads no payload."""

from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from visits.errors import ServiceError
from visits.store.officer_tables import RosterRow
from visits.store.tables import LaptopRow
from visits.store.trust_tables import DocumentRow


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A signed document as it is sent."""

    kind: DocumentKind
    serial: int
    text: str


def put_document(
    session: Session, kind: DocumentKind, establishment_id: int, laptop_id: int | None, serial: int, text: str
) -> None:
    """Publish it: connected laptops get it within a second. With no laptop it is for each of the establishment.

    The same document again changes nothing. Raises ServiceError for a serial that does not grow.
    """
    newest = _newest(session, kind, establishment_id, laptop_id)
    if newest is not None and newest.serial == serial and newest.text == text:
        return
    if newest is not None and newest.serial >= serial:
        raise ServiceError(f"a {kind} with serial {newest.serial} is out already: the next must have a higher one")
    session.add(
        DocumentRow(kind=kind, establishment_id=establishment_id, laptop_id=laptop_id, serial=serial, text=text)
    )
    session.flush()


def newest_documents(session: Session, laptop_id: int) -> tuple[StoredDocument, ...]:
    """The newest document of each kind for this laptop, in the order in which it must read them: KEYS first.

    Of KEYS it is each from the newest that it was told, in order: each is signed with a key that the one before names.
    """
    out = (
        select(DocumentRow.kind, func.max(DocumentRow.serial).label("serial"))
        .join(LaptopRow, LaptopRow.establishment_id == DocumentRow.establishment_id)
        .where(LaptopRow.id == laptop_id, or_(DocumentRow.laptop_id.is_(None), DocumentRow.laptop_id == laptop_id))
        .where(DocumentRow.kind != DocumentKind.KEYS)
        .group_by(DocumentRow.kind)
    )
    found: dict[DocumentKind, int] = {row[0]: row[1] for row in session.execute(out)}
    others = (_document(session, laptop_id, kind, found[kind]) for kind in DocumentKind if kind in found)
    return (*_keys_untold(session, laptop_id), *others)


def documents_state(session: Session) -> tuple[int, int]:
    """Two numbers that differ once a document is published or withdrawn; lists of officers do not count."""
    query = select(func.max(DocumentRow.id), func.count(DocumentRow.id)).where(DocumentRow.kind != DocumentKind.ROSTER)
    newest, count = session.execute(query).one()
    return newest or 0, count


def newest_serial(session: Session, kind: DocumentKind, establishment_id: int, laptop_id: int | None = None) -> int:
    """The serial of the newest such document, or 0."""
    newest = _newest(session, kind, establishment_id, laptop_id)
    return 0 if newest is None else newest.serial


def is_told_of_keys(session: Session, laptop_id: int, serial: int) -> bool:
    """Whether the laptop has been sent this KEYS document, or a newer one."""
    return session.get_one(LaptopRow, laptop_id).keys_told >= serial


def note_keys_told(session: Session, laptop_id: int, serial: int) -> None:
    """The laptop has been sent the KEYS document with this serial, on a line that stayed up."""
    row = session.get_one(LaptopRow, laptop_id)
    row.keys_told = max(row.keys_told, serial)


def withdraw_roster(session: Session, laptop_id: int) -> None:
    """Forget the laptop's list of officers: it is encrypted to a key that counts no more. Its own policy stays."""
    query = select(DocumentRow).where(DocumentRow.laptop_id == laptop_id, DocumentRow.kind == DocumentKind.ROSTER)
    for row in session.scalars(query):
        session.delete(row)
    session.execute(delete(RosterRow).where(RosterRow.laptop_id == laptop_id))


def _keys_untold(session: Session, laptop_id: int) -> tuple[StoredDocument, ...]:
    """A laptop that was enrolled with a key set is not sent it: a key that has ended since may have signed it."""
    query = (
        select(DocumentRow.serial, DocumentRow.text)
        .join(LaptopRow, LaptopRow.establishment_id == DocumentRow.establishment_id)
        .where(LaptopRow.id == laptop_id, DocumentRow.kind == DocumentKind.KEYS)
        .where(DocumentRow.serial > LaptopRow.keys_since, DocumentRow.serial >= LaptopRow.keys_told)
        .order_by(DocumentRow.serial)
    )
    return tuple(StoredDocument(DocumentKind.KEYS, serial, text) for serial, text in session.execute(query))


def _document(session: Session, laptop_id: int, kind: DocumentKind, serial: int) -> StoredDocument:
    query = (
        select(DocumentRow.text)
        .join(LaptopRow, LaptopRow.establishment_id == DocumentRow.establishment_id)
        .where(LaptopRow.id == laptop_id, or_(DocumentRow.laptop_id.is_(None), DocumentRow.laptop_id == laptop_id))
        .where(DocumentRow.kind == kind, DocumentRow.serial == serial)
        .order_by(DocumentRow.id.desc())
        .limit(1)
    )
    return StoredDocument(kind, serial, session.scalars(query).one())


def _newest(session: Session, kind: DocumentKind, establishment_id: int, laptop_id: int | None) -> DocumentRow | None:
    query = (
        select(DocumentRow)
        .where(DocumentRow.kind == kind, DocumentRow.establishment_id == establishment_id)
        .where(DocumentRow.laptop_id.is_not_distinct_from(laptop_id))
        .order_by(DocumentRow.serial.desc())
        .limit(1)
    )
    return session.scalars(query).first()
