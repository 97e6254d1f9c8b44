"""Whether now is a time at which the laptop may be updated: never where it could cost anybody a call. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.policy.numbers import Numbers

TAKES: Final = timedelta(minutes=30)  # writing, restarting and, at the worst, three tries and the way back
IN_A_CALL: Final = "A call is on, or has just been."
BOOKING_NEAR: Final = "A booking is near."
CLOCK_UNSURE: Final = "Nobody has told this laptop what the time is."
CALL_HOURS: Final = "It is within call hours ({begins} to {ends})."


@dataclass(frozen=True)
class CallHours:
    """In local time, as `08:00`."""

    begins: str
    ends: str


@dataclass(frozen=True)
class Moment:
    """Everything that speaks for or against now. `booked` is from when until when each booking may last.

    `released`: a manager has released the laptop for maintenance, so that it takes no call anyway.
    """

    at: datetime
    timezone: str
    booked: Iterable[tuple[datetime, datetime]]
    in_call: bool
    clock_is_sure: bool
    released: bool = False


def against(now: Moment, hours: CallHours, numbers: Numbers) -> str | None:
    """Why not now, in one sentence; None when nothing is against it."""
    if now.in_call:
        return IN_A_CALL
    if not now.clock_is_sure and not now.released:
        return CLOCK_UNSURE
    if any(_is_near(begins, ends, now.at, numbers) for begins, ends in now.booked):
        return BOOKING_NEAR
    if not now.released and hours.begins <= _local(now.at, now.timezone) < hours.ends:
        return CALL_HOURS.format(begins=hours.begins, ends=hours.ends)
    return None


def _is_near(begins: datetime, ends: datetime, at: datetime, numbers: Numbers) -> bool:
    """From so long before the laptop must check itself that an update would be over by then."""
    return begins - numbers.readiness_known - TAKES <= at < ends


def _local(moment: datetime, timezone: str) -> str:
    return moment.astimezone(_zone(timezone)).strftime("%H:%M")


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC
