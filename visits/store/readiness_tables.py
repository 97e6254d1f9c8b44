"""The table of what laptops found when they checked themselves: the newest of each. No people in it."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contract.readiness import CheckedFor, Light
from visits.store.tables import LaptopRow, Row, words


class ReadinessRow(Row):
    """The newest report of one laptop. `checked_at` is by its own clock, `heard_at` by the service's."""

    __tablename__ = "readiness"

    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id"), primary_key=True)
    checked_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    checked_for: Mapped[CheckedFor] = mapped_column(words(CheckedFor))
    booking_id: Mapped[str | None] = mapped_column(String(64))
    light: Mapped[Light] = mapped_column(words(Light))
    rows: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    laptop: Mapped[LaptopRow] = relationship(lazy="joined", innerjoin=True)
