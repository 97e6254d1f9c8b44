"""Each laptop's list of officers: encrypted to its own key, signed, the same bytes until there is reason for others.

The reasons: somebody was added, disabled or given a new PIN; the laptop was enrolled anew; the signing key changed; or
a day has gone by, since a laptop goes by when its list was signed to know how old it is.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.envelope import Audience
from contract.only_for import only_for
from visits.domain.serials import next_serial
from visits.keys.signer import DocumentSigner
from visits.store.documents import newest_serial, put_document
from visits.store.officer_tables import RosterRow
from visits.store.officers import newest_event, roster_of
from visits.store.tables import LaptopRow
from visits.store.trust_tables import DocumentRow

SKEW: Final = timedelta(minutes=5)  # a laptop whose clock is a little behind takes a list all the same
SIGNED_ANEW_AFTER: Final = timedelta(days=1)
LASTS: Final = timedelta(days=90)  # longer than any policy lets a laptop go without; that decides, not this


@dataclass(frozen=True, slots=True)
class RosterSigning:
    """With what a list is signed, and when."""

    signer: DocumentSigner
    now: datetime


def roster_due_at(session: Session, laptop_id: int, signing: RosterSigning) -> datetime | None:
    """When the laptop's newest list is to be signed anew; None for at once.

    A laptop with no key has none to sign, nor has an establishment in which nobody was ever an officer.
    """
    laptop = session.get_one(LaptopRow, laptop_id)
    event = newest_event(session, laptop.establishment_id)
    if laptop.sealing_key is None or event == 0:
        return datetime.max.replace(tzinfo=signing.now.tzinfo)
    made = session.get(RosterRow, laptop_id)
    wanted = (event, laptop.sealing_key, signing.signer.key_id)
    if (
        made is None
        or (made.event_id, made.sealing_key, made.signed_with) != wanted
        or signing.now >= made.renewed_from
    ):
        return None
    return made.renewed_from


def issue_roster(session: Session, laptop_id: int, signing: RosterSigning) -> datetime:
    """Publish the next list for this laptop, in place of the last; when that is to be signed anew."""
    laptop = session.get_one(LaptopRow, laptop_id)
    assert laptop.sealing_key is not None, "roster_due_at says when there is one to make"
    serial = next_serial(newest_serial(session, DocumentKind.ROSTER, laptop.establishment_id, laptop_id), signing.now)
    text = _sealed(session, laptop, serial, signing)
    put_document(session, DocumentKind.ROSTER, laptop.establishment_id, laptop_id, serial, text)
    _forget_older(session, laptop_id, serial)
    renewed_from = signing.now + SIGNED_ANEW_AFTER
    session.merge(
        RosterRow(
            laptop_id=laptop_id,
            event_id=newest_event(session, laptop.establishment_id),
            sealing_key=laptop.sealing_key,
            signed_with=signing.signer.key_id,
            renewed_from=renewed_from,
        )
    )
    return renewed_from


def _sealed(session: Session, laptop: LaptopRow, serial: int, signing: RosterSigning) -> str:
    plain = roster_of(session, laptop.establishment_id).model_dump_json().encode()
    key = X25519PublicKey.from_public_bytes(base64.b64decode(laptop.sealing_key or ""))
    audience = Audience(establishment=laptop.establishment.name, laptop=laptop.name)
    valid = (signing.now - SKEW, signing.now + LASTS)
    return signing.signer.sealed(DocumentKind.ROSTER, audience, serial, valid, only_for(key, plain))


def _forget_older(session: Session, laptop_id: int, serial: int) -> None:
    """A list a day for every laptop would fill the disk. The new one is there already, so no number is used twice."""
    query = select(DocumentRow).where(DocumentRow.laptop_id == laptop_id, DocumentRow.kind == DocumentKind.ROSTER)
    for row in session.scalars(query.where(DocumentRow.serial < serial)):
        session.delete(row)
