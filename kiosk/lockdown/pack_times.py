"""When what is kept of a sheet's day is deleted, by the establishment's own midnight. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from contract.sheet import CallSheet


def ends_at(sheet: CallSheet) -> datetime:
    """The end of a sheet's day: its midnight, or the end of its last call where that is later."""
    midnight = datetime.combine(sheet.day + timedelta(days=1), time(), _zone(sheet.timezone)).astimezone(UTC)
    return max([midnight, *(booking.hard_stop_at for booking in sheet.bookings)])


def is_over(sheet: CallSheet, now: datetime, keep: timedelta) -> bool:
    """Whether that was longer ago than it is kept."""
    return now - ends_at(sheet) > keep


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
