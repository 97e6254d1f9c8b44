"""Heads of audit trails: the newest of each laptop that the service has signed, and the alarms. Signs nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contract.signed_note import Head, SignedNote
from visits.domain.heads import Alarm, Shown, judge
from visits.store.tables import HeadAlarmRow, HeadRow

MOST_ALARMS: Final = 100  # of one laptop: the first say what happened, and a laptop cannot fill the disk


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The newest head of a laptop that the service has signed."""

    laptop: str
    head: Head
    note: str
    public_key: str
    cosigned_at: datetime


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm about a laptop's trail."""

    laptop: str
    alarm: Alarm
    seq: int
    note: str
    first_said_at: datetime


def cosign_head(
    session: Session, laptop_id: int, shown: Shown, now: datetime, sign: Callable[[SignedNote], str]
) -> str | Alarm:
    """Keep the head with the service's signature and return that note; or what is wrong with it, which is kept too."""
    row = session.get(HeadRow, laptop_id)
    before = None if row is None else _head(row)
    alarm = judge(shown, before, None if row is None else row.public_key)
    if alarm is not None:
        _raise(session, laptop_id, shown, alarm, now)
        return alarm
    if row is None:
        row = HeadRow(laptop_id=laptop_id, public_key=shown.public_key)
        session.add(row)
    row.origin, row.seq, row.chain = shown.head.origin, shown.head.seq, shown.head.chain
    row.note, row.cosigned_at = sign(shown.note), now
    return row.note


def cosigned_heads(session: Session) -> tuple[Cosigned, ...]:
    """The newest signed head of each laptop, by the laptop's name."""
    rows = session.scalars(select(HeadRow))
    every = (Cosigned(row.laptop.name, _head(row), row.note, row.public_key, row.cosigned_at) for row in rows)
    return tuple(sorted(every, key=lambda each: each.laptop))


def head_alarms(session: Session) -> tuple[Raised, ...]:
    """Every alarm, oldest first."""
    rows = session.scalars(select(HeadAlarmRow).order_by(HeadAlarmRow.id))
    return tuple(Raised(row.laptop.name, row.alarm, row.seq, row.note, row.first_said_at) for row in rows)


def _raise(session: Session, laptop_id: int, shown: Shown, alarm: Alarm, now: datetime) -> None:
    """Keep an alarm: the same note again, which every return of the line brings, is no new one."""
    mine = select(func.count()).where(HeadAlarmRow.laptop_id == laptop_id)
    same = mine.where(HeadAlarmRow.alarm == alarm, HeadAlarmRow.note == str(shown.note))
    if session.scalar(same) or (session.scalar(mine) or 0) >= MOST_ALARMS:
        return
    session.add(
        HeadAlarmRow(
            laptop_id=laptop_id,
            alarm=alarm,
            seq=shown.head.seq,
            note=str(shown.note),
            public_key=shown.public_key,
            first_said_at=now,
        )
    )


def _head(row: HeadRow) -> Head:
    return Head(row.origin, row.seq, row.chain)
