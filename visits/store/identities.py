"""Laptops' identities: codes, certificates, and what happened to them. Makes no secret and signs nothing itself."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.refusals import RefusalCode
from visits.domain.identity import Certificate, EndedAs, Happened
from visits.domain.records import Digest, Laptop
from visits.errors import Refused, ServiceError
from visits.keys.authority import Issued
from visits.keys.request import LaptopKey
from visits.store.documents import newest_serial, withdraw_roster
from visits.store.reading import laptop_of
from visits.store.tables import EstablishmentRow, HeadRow, LaptopRow
from visits.store.trust_tables import CertificateRow, EnrolCodeRow, IdentityEventRow, OldHeadRow

BY_THE_LAPTOP: Final = "the laptop"
LEAST_BETWEEN_RENEWALS: Final = timedelta(minutes=1)
MOST_RENEWALS_A_DAY: Final = 12

Issue = Callable[[str, LaptopKey], Issued]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What came of a code. `replaces` says that the laptop had an identity before, which has ended."""

    laptop: Laptop
    issued: Issued
    replaces: bool


@dataclass(frozen=True, slots=True)
class NewCode:
    """An enrolment code to be, by the digest of its secret."""

    digest: Digest
    made_at: datetime
    expires_at: datetime
    by: str


def laptop_named(session: Session, name: str, establishment_id: int | None) -> LaptopRow:
    """The laptop of this name, made in the establishment if it is new. Raises ServiceError."""
    row = session.scalars(select(LaptopRow).where(LaptopRow.name == name)).one_or_none()
    if row is not None:
        return row
    if establishment_id is None:
        raise ServiceError("there must be exactly one establishment to add a laptop to")
    row = LaptopRow(establishment=session.get_one(EstablishmentRow, establishment_id), name=name)
    session.add(row)
    session.flush()
    return row


def keep_code(session: Session, laptop_id: int, code: NewCode) -> None:
    """From now on this code enrols the laptop, once, and no earlier one does."""
    earlier = update(EnrolCodeRow).where(EnrolCodeRow.laptop_id == laptop_id, EnrolCodeRow.used_at.is_(None))
    session.execute(earlier.where(EnrolCodeRow.expires_at > code.made_at).values(expires_at=code.made_at))
    session.add(EnrolCodeRow(digest=code.digest, laptop_id=laptop_id, made_at=code.made_at, expires_at=code.expires_at))
    _note(session, laptop_id, Happened.CODE_MADE, code.made_at, code.by)


def check_code(session: Session, code: Digest, now: datetime) -> int:
    """The id of the laptop that the code enrols. Raises Refused CODE_WRONG, CODE_USED or CODE_EXPIRED."""
    row = session.get(EnrolCodeRow, code)
    if row is None:
        raise Refused(RefusalCode.CODE_WRONG)
    if row.used_at is not None:
        raise Refused(RefusalCode.CODE_USED)
    if now >= row.expires_at:
        raise Refused(RefusalCode.CODE_EXPIRED)
    return row.laptop_id


def enrol(session: Session, code: Digest, key: LaptopKey, sealing_key: str, now: datetime, issue: Issue) -> Enrolment:
    """Give the code's laptop its identity; one that it had before ends here. Raises Refused for the code."""
    laptop_id = check_code(session, code, now)
    session.get_one(EnrolCodeRow, code).used_at = now
    row = session.get_one(LaptopRow, laptop_id)
    replaces = _end(session, laptop_id, EndedAs.REPLACED, now) or _has_history(session, laptop_id)
    if replaces:
        _set_head_aside(session, laptop_id, now)
        withdraw_roster(session, laptop_id)
    row.sealing_key, row.enrolled_at = sealing_key, now
    row.keys_since = row.keys_told = newest_serial(session, DocumentKind.KEYS, row.establishment_id)
    issued = _issued(session, row, key, now, issue)
    _note(session, laptop_id, Happened.ENROLLED_AGAIN if replaces else Happened.ENROLLED, now, BY_THE_LAPTOP, issued)
    return Enrolment(laptop_of(row), issued, replaces)


def certificate_with(session: Session, serial: str) -> tuple[Certificate, Laptop] | None:
    """The certificate of this serial number, and whose it is."""
    row = session.scalars(select(CertificateRow).where(CertificateRow.serial == serial)).one_or_none()
    return None if row is None else (_certificate(row), laptop_of(row.laptop))


def note_first_use(session: Session, serial: str, now: datetime) -> None:
    """The certificate has been used: those issued to its laptop before it have done their work."""
    row = session.scalars(select(CertificateRow).where(CertificateRow.serial == serial)).one()
    if row.used_at is not None:
        return
    row.used_at = now
    earlier = update(CertificateRow).where(CertificateRow.laptop_id == row.laptop_id, CertificateRow.id < row.id)
    session.execute(earlier.where(CertificateRow.ended.is_(None)).values(ended=EndedAs.RENEWED, ended_at=now))


def renew(session: Session, serial: str, key: LaptopKey, now: datetime, issue: Issue) -> Issued:
    """The next certificate for the same key; the last one stands until this has been used.

    Raises Refused NOT_A_LAPTOP, or RENEWAL_REFUSED for another key or too often.
    """
    row = session.scalars(select(CertificateRow).where(CertificateRow.serial == serial)).one_or_none()
    if row is None or not _certificate(row).stands_on_a_live_line(now):
        raise Refused(RefusalCode.NOT_A_LAPTOP)
    if key.digest != row.key_digest:
        raise Refused(RefusalCode.RENEWAL_REFUSED, "another key")
    renewals = select(IdentityEventRow.at).where(IdentityEventRow.happened == Happened.RENEWED)
    recent = renewals.where(IdentityEventRow.laptop_id == row.laptop_id, IdentityEventRow.at > now - timedelta(days=1))
    times = session.scalars(recent).all()
    if len(times) >= MOST_RENEWALS_A_DAY or any(at > now - LEAST_BETWEEN_RENEWALS for at in times):
        raise Refused(RefusalCode.RENEWAL_REFUSED, "asked for too often")
    issued = _issued(session, row.laptop, key, now, issue)
    _note(session, row.laptop_id, Happened.RENEWED, now, BY_THE_LAPTOP, issued)
    return issued


def revoke(session: Session, name: str, now: datetime, by: str) -> bool:
    """End every certificate and code of the laptop; False where no certificate counted. Raises ServiceError."""
    row = session.scalars(select(LaptopRow).where(LaptopRow.name == name)).one_or_none()
    if row is None:
        raise ServiceError("there is no such laptop")
    codes = update(EnrolCodeRow).where(EnrolCodeRow.laptop_id == row.id, EnrolCodeRow.used_at.is_(None))
    session.execute(codes.where(EnrolCodeRow.expires_at > now).values(expires_at=now))
    had_one = _end(session, row.id, EndedAs.REVOKED, now)
    row.sealing_key = None  # no list is made for it from now on
    withdraw_roster(session, row.id)
    _note(session, row.id, Happened.REVOKED, now, by)
    return had_one


def _issued(session: Session, row: LaptopRow, key: LaptopKey, now: datetime, issue: Issue) -> Issued:
    issued = issue(row.name, key)
    session.add(
        CertificateRow(
            serial=issued.serial,
            laptop_id=row.id,
            key_digest=issued.key_digest,
            issued_at=now,
            not_before=issued.not_before,
            not_after=issued.not_after,
        )
    )
    session.flush()
    return issued


def _end(session: Session, laptop_id: int, how: EndedAs, now: datetime) -> bool:
    """End what still counts, also for a live line; whether there was any."""
    rows = session.scalars(
        select(CertificateRow)
        .where(CertificateRow.laptop_id == laptop_id, CertificateRow.not_after > now)
        .where(CertificateRow.ended.is_(None) | (CertificateRow.ended == EndedAs.RENEWED))
    ).all()
    for row in rows:
        row.ended, row.ended_at = how, now
    session.flush()
    return bool(rows)


def _has_history(session: Session, laptop_id: int) -> bool:
    query = select(func.count()).select_from(CertificateRow).where(CertificateRow.laptop_id == laptop_id)
    return bool(session.scalar(query))


def _set_head_aside(session: Session, laptop_id: int, now: datetime) -> None:
    """A laptop that is installed anew begins a new audit trail, with a new key: that is no alarm."""
    head = session.get(HeadRow, laptop_id)
    if head is None:
        return
    session.add(
        OldHeadRow(
            laptop_id=laptop_id,
            public_key=head.public_key,
            origin=head.origin,
            seq=head.seq,
            chain=head.chain,
            note=head.note,
            cosigned_at=head.cosigned_at,
            set_aside_at=now,
        )
    )
    session.delete(head)


def _note(
    session: Session, laptop_id: int, happened: Happened, at: datetime, by: str, issued: Issued | None = None
) -> None:
    serial = None if issued is None else issued.serial
    session.add(IdentityEventRow(laptop_id=laptop_id, happened=happened, at=at, by=by, serial=serial))


def _certificate(row: CertificateRow) -> Certificate:
    return Certificate(
        serial=row.serial,
        laptop_id=row.laptop_id,
        key_digest=row.key_digest,
        not_before=row.not_before,
        not_after=row.not_after,
        used_at=row.used_at,
        ended=row.ended,
    )
