"""Which day it is at an establishment. A local day may have 23 or 25 hours."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_day(moment: datetime, timezone: str) -> date:
    """The date on the establishment's wall at `moment`."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def day_bounds(day: date, timezone: str) -> tuple[datetime, datetime]:
    """The first moment of the local `day` and the first of the next one, in UTC."""
    zone = ZoneInfo(timezone)
    start = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    return start.astimezone(UTC), end.astimezone(UTC)


def age_on(day: date, born_on: date) -> int:
    """Age in whole years; somebody born on 29 February has their birthday on 1 March in a common year."""
    had_no_birthday_yet = (day.month, day.day) < (born_on.month, born_on.day)
    return day.year - born_on.year - int(had_no_birthday_yet)
