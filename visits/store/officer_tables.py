"""The tables of officers: who they are, what happened, which list each laptop was signed. Of PINs, verifiers only."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from visits.domain.officers import OfficerHappened
from visits.store.tables import Row, words


class OfficerRow(Row):
    """One officer of one establishment. Rows are added and disabled, never deleted: a number is nobody else's."""

    __tablename__ = "officers"
    __table_args__ = (UniqueConstraint("establishment_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    establishment_id: Mapped[int] = mapped_column(ForeignKey("establishments.id"))
    number: Mapped[str] = mapped_column(String(16))
    name: Mapped[str]
    manages: Mapped[bool]
    verifier: Mapped[str]
    added_at: Mapped[datetime]
    pin_set_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class OfficerEventRow(Row):
    """What happened to an officer, when, and who did it. Rows are added, never changed."""

    __tablename__ = "officer_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    officer_id: Mapped[int] = mapped_column(ForeignKey("officers.id"), index=True)
    happened: Mapped[OfficerHappened] = mapped_column(words(OfficerHappened))
    at: Mapped[datetime]
    by: Mapped[str]


class RosterRow(Row):
    """What a laptop's newest list was made of: the newest event in it, whose key it is to, which key signed it."""

    __tablename__ = "rosters"

    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), primary_key=True)
    event_id: Mapped[int]
    sealing_key: Mapped[str] = mapped_column(String(44))
    signed_with: Mapped[str] = mapped_column(String(64))
    renewed_from: Mapped[datetime]
