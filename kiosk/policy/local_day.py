"""Which day it is at the establishment: by its own time zone, in which a day may have 23 or 25 hours. Pure."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def local_day(moment: datetime, timezone: str) -> date:
    """The date on the establishment's wall at `moment`; by UTC where this machine does not know the zone."""
    try:
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (KeyError, ValueError, OSError):
        return moment.astimezone(UTC).date()
