"""The tables. Secrets stand here only as digests; moments in UTC; lengths in whole seconds or milliseconds."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Enum,
    ForeignKey,
    Index,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from contract.words import EndCode, EndedBy, Outcome, Reason, Revocation, Use
from visits.domain.heads import Alarm
from visits.store.columns import UtcDateTime


def words(kind: type[StrEnum]) -> Enum:
    """A column for one of the contract's words, kept as the wire spells it."""
    return Enum(kind, native_enum=False, length=40, values_callable=lambda words: [word.value for word in words])


class Row(DeclarativeBase):
    """What every table shares: constraints have names, so that migrations can change them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it once and documents it as a plain dict
        str: String(200),
        datetime: UtcDateTime(),
        Use: words(Use),
        Outcome: words(Outcome),
        EndedBy: words(EndedBy),
        Reason: words(Reason),
        Revocation: words(Revocation),
        EndCode: words(EndCode),
        Alarm: words(Alarm),
    }


class EstablishmentRow(Row):
    """A prison or YOI and its rules."""

    __tablename__ = "establishments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    timezone: Mapped[str]
    turnaround_s: Mapped[int]
    longest_extension_s: Mapped[int] = mapped_column(default=0)
    recorded: Mapped[bool]
    watched: Mapped[bool]
    use: Mapped[Use]


class LaptopRow(Row):
    """A laptop, with the newest sheet it was given: a serial may never go back.

    What only this laptop may read is encrypted to `sealing_key` (X25519, base64), which enrolment gives; `keys_since`
    is the serial of the newest KEYS document that was out when it was enrolled, `keys_told` of the newest it was told.
    """

    __tablename__ = "laptops"

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    name: Mapped[str] = mapped_column(unique=True)
    sealing_key: Mapped[str | None] = mapped_column(String(44))
    enrolled_at: Mapped[datetime | None]
    keys_since: Mapped[int] = mapped_column(BigInteger, default=0)
    keys_told: Mapped[int] = mapped_column(BigInteger, default=0)
    sheet_serial: Mapped[int] = mapped_column(BigInteger, default=0)
    sheet_day: Mapped[date | None]
    sheet_digest: Mapped[str | None] = mapped_column(String(64))
    sheet_document: Mapped[str | None] = mapped_column(Text)  # signed
    sheet_key: Mapped[str | None] = mapped_column(String(64))  # the id of the key that signed it
    sheet_renewed_from: Mapped[datetime | None]  # signed anew from then on, so that it lasts
    establishment: Mapped[EstablishmentRow] = relationship(lazy="joined", innerjoin=True)


class PrisonerRow(Row):
    """A prisoner, by prison number."""

    __tablename__ = "prisoners"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str]
    moved_at: Mapped[datetime | None]


class VisitorRow(Row):
    """A person as the contact of one prisoner: the same person known to two prisoners is two rows, vetted apart."""

    __tablename__ = "visitors"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    prisoner_id: Mapped[int] = mapped_column(ForeignKey("prisoners.id"), index=True)
    name: Mapped[str]
    called: Mapped[str]
    relation: Mapped[str]
    born_on: Mapped[date]
    photo: Mapped[str | None] = mapped_column(String(64))  # the SHA-256 of one in `photos`
    vettings: Mapped[list["VettingRow"]] = relationship(lazy="selectin", order_by="VettingRow.id")


class VettingRow(Row):
    """One approval of one visitor. Rows are added and revoked, never deleted."""

    __tablename__ = "vettings"

    id: Mapped[int] = mapped_column(primary_key=True)
    visitor_id: Mapped[str] = mapped_column(ForeignKey("visitors.id"), index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    revoked_at: Mapped[datetime | None]
    revoked_as: Mapped[Revocation | None]


PARTICIPANTS = Table(
    "participants",
    Row.metadata,
    Column("booking_id", ForeignKey("bookings.id"), primary_key=True),
    Column("visitor_id", ForeignKey("visitors.id"), primary_key=True),
)


class BookingRow(Row):
    """One call of one laptop: who, when, whose link, and how it ended: the ending that stands."""

    __tablename__ = "bookings"
    __table_args__ = (
        Index("ix_bookings_laptop_id_starts_at", "laptop_id", "starts_at"),
        UniqueConstraint("link_digest"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"))
    prisoner_id: Mapped[int] = mapped_column(ForeignKey("prisoners.id"))
    starts_at: Mapped[datetime]
    duration_s: Mapped[int]
    note_for_officer: Mapped[str] = mapped_column(String(1000), default="")
    note_for_prisoner: Mapped[str] = mapped_column(String(1000), default="")
    link_digest: Mapped[str] = mapped_column(String(64))
    claim_digest: Mapped[str | None] = mapped_column(String(64))
    claimed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None]
    ended_by: Mapped[EndedBy | None]
    reason: Mapped[Reason | None]
    talk_ms: Mapped[int | None] = mapped_column(BigInteger)
    owed_ms: Mapped[int | None] = mapped_column(BigInteger)
    laptop: Mapped[LaptopRow] = relationship(lazy="joined", innerjoin=True)
    prisoner: Mapped[PrisonerRow] = relationship(lazy="joined", innerjoin=True)
    visitors: Mapped[list[VisitorRow]] = relationship(
        secondary=PARTICIPANTS, lazy="selectin", order_by=VisitorRow.born_on
    )


class OutcomeRow(Row):
    """One revision of how a call ended, as its laptop reported it. Rows are added, never changed."""

    __tablename__ = "outcomes"
    __table_args__ = (UniqueConstraint("booking_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[str] = mapped_column(ForeignKey("bookings.id"))
    revision: Mapped[int]
    outcome: Mapped[Outcome]
    ended_by: Mapped[EndedBy | None]
    reason: Mapped[Reason]
    code: Mapped[EndCode | None]
    ended_at: Mapped[datetime]
    talk_ms: Mapped[int] = mapped_column(BigInteger)
    lost_ms: Mapped[dict[str, int]] = mapped_column(JSON)
    extended_ms: Mapped[int] = mapped_column(BigInteger)
    returned_ms: Mapped[int] = mapped_column(BigInteger)
    owed_ms: Mapped[int] = mapped_column(BigInteger)
    reported_at: Mapped[datetime]


class HeadRow(Row):
    """The newest head of a laptop's audit trail that the service has signed, and the first key the laptop showed."""

    __tablename__ = "heads"

    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), primary_key=True)
    public_key: Mapped[str] = mapped_column(String(44))
    origin: Mapped[str]
    seq: Mapped[int] = mapped_column(BigInteger)
    chain: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(Text)
    cosigned_at: Mapped[datetime]
    laptop: Mapped[LaptopRow] = relationship(lazy="joined", innerjoin=True)


class HeadAlarmRow(Row):
    """A head that was refused although a key had signed it: a trail cut back, forked, or signed by another."""

    __tablename__ = "head_alarms"

    id: Mapped[int] = mapped_column(primary_key=True)
    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), index=True)
    alarm: Mapped[Alarm]
    seq: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str] = mapped_column(Text)
    public_key: Mapped[str] = mapped_column(String(44))
    first_said_at: Mapped[datetime]
    laptop: Mapped[LaptopRow] = relationship(lazy="joined", innerjoin=True)


class PhotoRow(Row):
    """A photo on file, by the SHA-256 of its bytes."""

    __tablename__ = "photos"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary)
