"""Who has been told of the keys, and telling it: one KEYS document for each establishment. Signs nothing."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import header_of
from visits.domain.serials import next_serial
from visits.store.documents import newest_serial, put_document
from visits.store.tables import EstablishmentRow, LaptopRow
from visits.store.trust_tables import CertificateRow, DocumentRow


def publish_keys(session: Session, sealed: Callable[[str, int], str], now: datetime) -> None:
    """Put the document that `sealed` makes for an establishment's name and a serial, for each establishment."""
    for row in session.scalars(select(EstablishmentRow)):
        serial = next_serial(newest_serial(session, DocumentKind.KEYS, row.id), now)
        put_document(session, DocumentKind.KEYS, row.id, None, serial, sealed(row.name, serial))


def untold_laptops(session: Session, now: datetime) -> tuple[str, ...]:
    """Laptops with an identity that have not been told since the keys last changed, by name."""
    standing = select(CertificateRow.laptop_id).where(CertificateRow.ended.is_(None), CertificateRow.not_after > now)
    rows = session.scalars(select(LaptopRow).where(LaptopRow.id.in_(standing)).order_by(LaptopRow.name))
    return tuple(
        row.name for row in rows if row.keys_told < newest_serial(session, DocumentKind.KEYS, row.establishment_id)
    )


def has_policy_out(session: Session, key_id: str) -> bool:
    """Whether the newest policy, for somebody, is signed with this key.

    What the service signs by itself, lists and sheets, it signs anew for whoever connects; KEYS sign each other.
    """
    newest: dict[tuple[int, int | None], DocumentRow] = {}
    policies = select(DocumentRow).where(DocumentRow.kind == DocumentKind.POLICY).order_by(DocumentRow.serial)
    for row in session.scalars(policies):
        newest[row.establishment_id, row.laptop_id] = row
    return any(header_of(row.text, row.kind).kid == key_id for row in newest.values())
