"""Serials of what the service writes by itself: they grow, also past what a restored backup remembers. Pure."""

from datetime import datetime


def next_serial(last: int, now: datetime) -> int:
    """The serial after `last`, or the time where that is greater: a restored service is ahead at once."""
    return max(last + 1, int(now.timestamp()))
