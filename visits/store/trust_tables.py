"""The tables of trust: certificates, enrolment codes, what happened to identities, signed documents. No secrets."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contract.documents import DocumentKind
from visits.domain.identity import EndedAs, Happened
from visits.store.tables import LaptopRow, Row, words


class CertificateRow(Row):
    """One certificate the authority has issued. Rows are added and ended, never deleted."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)  # in the order of issue
    serial: Mapped[str] = mapped_column(String(40), unique=True)  # in hex
    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), index=True)
    key_digest: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime]
    not_before: Mapped[datetime]
    not_after: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended: Mapped[EndedAs | None] = mapped_column(words(EndedAs))
    laptop: Mapped[LaptopRow] = relationship(lazy="joined", innerjoin=True)


class EnrolCodeRow(Row):
    """One code that enrols one laptop once, by the digest of its secret."""

    __tablename__ = "enrol_codes"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), index=True)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    laptop: Mapped[LaptopRow] = relationship(lazy="joined", innerjoin=True)


class IdentityEventRow(Row):
    """What happened to a laptop's identity, when, and by whom: an account of the service's machine, or the laptop."""

    __tablename__ = "identity_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), index=True)
    happened: Mapped[Happened] = mapped_column(words(Happened))
    at: Mapped[datetime]
    by: Mapped[str]
    serial: Mapped[str | None] = mapped_column(String(40))


class DocumentRow(Row):
    """A signed document for one laptop, or without one for each of the establishment. Rows are never changed."""

    __tablename__ = "documents"
    __table_args__ = (Index("ix_documents_newest", "establishment_id", "laptop_id", "kind", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DocumentKind] = mapped_column(words(DocumentKind))
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    laptop_id: Mapped[int | None] = mapped_column(ForeignKey("laptops.id"))
    serial: Mapped[int] = mapped_column(BigInteger)
    text: Mapped[str] = mapped_column(Text)


class OldHeadRow(Row):
    """The last co-signed head of a trail that ended because the laptop was enrolled again."""

    __tablename__ = "old_heads"

    id: Mapped[int] = mapped_column(primary_key=True)
    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), index=True)
    public_key: Mapped[str] = mapped_column(String(44))
    origin: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    cosigned_at: Mapped[datetime]
    set_aside_at: Mapped[datetime]
