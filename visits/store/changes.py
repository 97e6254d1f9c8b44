"""Which laptops a change concerns: counted by the database itself, whoever writes it. Derived, so it may be made anew.

Triggers note for every laptop the newest change of anything its sheet and its rights are made of. So a service with
1,200 laptops looks again at the one that a change concerns, and a laptop that comes back is given its last sheet
unread when nothing has changed since. Every table must say whom it concerns, or that it concerns no sheet
(`tests/unit/visits/store/test_changes.py`). PostgreSQL will need its own triggers; the rest is plain SQL.
"""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sqlalchemy import JSON, BigInteger, Connection, ForeignKey, Index, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from visits.store.tables import PARTICIPANTS, BookingRow, Row

_OF_VISITOR: Final = "SELECT b.laptop_id FROM bookings b JOIN participants p ON p.booking_id = b.id WHERE p.visitor_id"
CONCERNS: Final = MappingProxyType(
    {
        "establishments": "SELECT id FROM laptops WHERE establishment_id = {row}.id",
        "laptops": "SELECT {row}.id",
        "prisoners": "SELECT laptop_id FROM bookings WHERE prisoner_id = {row}.id",
        "visitors": f"{_OF_VISITOR} = {{row}}.id",
        "vettings": f"{_OF_VISITOR} = {{row}}.visitor_id",
        "participants": "SELECT laptop_id FROM bookings WHERE id = {row}.booking_id",
        "bookings": "SELECT {row}.laptop_id",
        "certificates": "SELECT {row}.laptop_id",
    }
)
# What the service itself writes with every sheet, and would otherwise take for news.
ONLY_OF: Final = MappingProxyType({"laptops": ("establishment_id", "name"), "certificates": ("ended",)})
CONCERNS_NO_SHEET: Final = frozenset(
    {"outcomes", "heads", "head_alarms", "old_heads", "photos", "readiness", "sheet_changes"}
    | {
        "documents",
        "enrol_codes",
        "identity_events",
        "officers",
        "officer_events",
        "rosters",
    }  # what laptops are given of these, they are given otherwise
)
_EVENTS: Final = MappingProxyType({"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)})
_NEXT: Final = "(SELECT coalesce(max(change), 0) + 1 FROM sheet_changes)"


class SheetChangeRow(Row):
    """The newest change that concerns a laptop, and the one that its newest sheet was made after, by which software."""

    __tablename__ = "sheet_changes"

    laptop_id: Mapped[int] = mapped_column(ForeignKey("laptops.id", ondelete="CASCADE"), primary_key=True)
    change: Mapped[int] = mapped_column(BigInteger, index=True)
    issued: Mapped[int] = mapped_column(BigInteger, server_default="0")
    made_by: Mapped[str] = mapped_column(String(64), server_default="")
    booking_ids: Mapped[list[str]] = mapped_column(JSON, server_default="[]")
    revoked_ids: Mapped[list[str]] = mapped_column(JSON, server_default="[]")


@dataclass(frozen=True, slots=True)
class Listed:
    """The bookings on a sheet; `revoked_ids` are not to be begun, and one that runs is its officer's to end."""

    booking_ids: tuple[str, ...]
    revoked_ids: tuple[str, ...] = ()


INDEXES: Final = (
    Index("ix_participants_visitor_id", PARTICIPANTS.c.visitor_id),
    Index("ix_bookings_prisoner_id", BookingRow.prisoner_id),
)


@dataclass(frozen=True, slots=True)
class Changes:
    """The newest change there is, and the laptops that any since the last look concerns."""

    newest: int
    laptop_ids: frozenset[int]


def changes_since(session: Session, seen: int) -> Changes:
    """What has changed since the change numbered `seen`."""
    query = select(SheetChangeRow.laptop_id, SheetChangeRow.change).where(SheetChangeRow.change > seen)
    found = session.execute(query).all()
    return Changes(max((change for _, change in found), default=seen), frozenset(laptop_id for laptop_id, _ in found))


def newest_change(session: Session) -> int:
    """The number of the newest change."""
    return session.scalar(select(func.max(SheetChangeRow.change))) or 0


def listed_if_unchanged(session: Session, laptop_id: int, made_by: str) -> Listed | None:
    """The bookings on the laptop's newest sheet if nothing of it has changed since `made_by` made it, else None."""
    row = session.get(SheetChangeRow, laptop_id)
    if row is None or row.issued != row.change or row.made_by != made_by:
        return None
    return Listed(tuple(row.booking_ids), tuple(row.revoked_ids))


def note_issued(session: Session, laptop_id: int, made_by: str, listed: Listed) -> None:
    """The laptop's newest sheet says what is so in this transaction."""
    session.execute(
        update(SheetChangeRow)
        .where(SheetChangeRow.laptop_id == laptop_id)
        .values(
            issued=SheetChangeRow.change,
            made_by=made_by,
            booking_ids=list(listed.booking_ids),
            revoked_ids=list(listed.revoked_ids),
        )
    )


def install(connection: Connection) -> None:
    """Make the table and the triggers as they stand here. Where any is new or another, every laptop has changed."""
    _make_table(connection)
    for index in INDEXES:
        index.create(connection, checkfirst=True)
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE name LIKE 'concerns_%'")
    there: dict[str, str] = {row[0]: row[1] for row in found}
    wanted = {name: sql for table in CONCERNS for name, sql in _triggers(table)}
    for name, sql in there.items():
        if wanted.get(name) != sql:
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
    missing = [sql for name, sql in wanted.items() if there.get(name) != sql]
    for sql in missing:
        connection.exec_driver_sql(sql)
    if missing:
        connection.exec_driver_sql(_count("SELECT id FROM laptops"))


def _make_table(connection: Connection) -> None:
    """As it stands here: one of other software is thrown away, and what it counted with it."""
    table = SheetChangeRow.__table__
    columns = {row[1] for row in connection.exec_driver_sql("PRAGMA table_info(sheet_changes)")}
    if columns and columns != set(table.columns.keys()):
        connection.exec_driver_sql("DROP TABLE sheet_changes")
    table.create(connection, checkfirst=True)  # type: ignore[attr-defined]  # a Table
    if columns != set(table.columns.keys()):
        connection.exec_driver_sql(_count("SELECT id FROM laptops"))


def _triggers(table: str) -> list[tuple[str, str]]:
    return [(f"concerns_{table}_{event.lower()}", _trigger(table, event)) for event in _EVENTS]


def _trigger(table: str, event: str) -> str:
    columns = f" OF {', '.join(ONLY_OF[table])}" if event == "UPDATE" and table in ONLY_OF else ""
    whose = " UNION ".join(CONCERNS[table].format(row=row) for row in _EVENTS[event])
    name = f"concerns_{table}_{event.lower()}"
    return f"CREATE TRIGGER {name} AFTER {event}{columns} ON {table} BEGIN {_count(whose)}; END"


def _count(whose: str) -> str:
    """One change more, of each of these laptops that is still there."""
    return (
        f"INSERT INTO sheet_changes (laptop_id, change) SELECT id, {_NEXT} FROM laptops WHERE id IN ({whose})"  # noqa: S608 - our own words
        " ON CONFLICT (laptop_id) DO UPDATE SET change = excluded.change"
    )
