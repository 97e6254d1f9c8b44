"""Who may take part: a booking stands only if every participant is an approved contact on that day. Fails closed."""

from datetime import date

from visits.domain.day import day_bounds, local_day
from visits.domain.records import BookedCall, Vetting, Visitor

MOST_VISITORS = 5


def is_vetted(visitor: Visitor, day: date, timezone: str) -> bool:
    """Whether any approval covers the whole local `day`."""
    return any(_covers(vetting, day, timezone) for vetting in visitor.vettings)


def everybody_is_vetted(call: BookedCall) -> bool:
    """Whether each participant is vetted on the day of the call and a contact of its prisoner."""
    timezone = call.laptop.establishment.timezone
    day = local_day(call.starts_at, timezone)
    return 1 <= len(call.visitors) <= MOST_VISITORS and all(
        visitor.prisoner_id == call.prisoner.prisoner_id and is_vetted(visitor, day, timezone)
        for visitor in call.visitors
    )


def _covers(vetting: Vetting, day: date, timezone: str) -> bool:
    _, day_ends_at = day_bounds(day, timezone)
    is_revoked = vetting.revoked_at is not None and vetting.revoked_at < day_ends_at
    return vetting.valid_from <= day <= vetting.valid_until and not is_revoked
