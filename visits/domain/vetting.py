"""Who may take part: a booking stands only if every participant is an approved contact on that day. Fails closed."""

from datetime import date, timedelta

from contract.words import Revocation
from visits.domain.day import day_bounds, local_day
from visits.domain.records import BookedCall, Vetting, Visitor

MOST_VISITORS = 5


def is_vetted(visitor: Visitor, day: date, timezone: str) -> bool:
    """Whether any approval covers the whole local `day`."""
    return any(_covers(vetting, day, timezone) for vetting in visitor.vettings)


def vetted_until(visitor: Visitor, day: date, timezone: str) -> date:
    """The last local day in a row from `day` on that approvals cover; the day before `day` where none covers it."""
    until = day - timedelta(days=1)
    while covering := [each for each in visitor.vettings if _covers(each, until + timedelta(days=1), timezone)]:
        until = max(vetting.valid_until for vetting in covering)
    return until


def everybody_is_vetted(call: BookedCall) -> bool:
    """Whether each participant is vetted on the day of the call and a contact of its prisoner."""
    timezone = call.laptop.establishment.timezone
    day = local_day(call.starts_at, timezone)
    return 1 <= len(call.visitors) <= MOST_VISITORS and all(
        visitor.prisoner_id == call.prisoner.prisoner_id and is_vetted(visitor, day, timezone)
        for visitor in call.visitors
    )


def may_take_place(call: BookedCall) -> bool:
    """Whether everybody on the booking may take part on its day: its household, and its prisoner."""
    return call.prisoner.moved_at is None and everybody_is_vetted(call)


def revocations(call: BookedCall) -> tuple[tuple[str | None, Revocation], ...]:
    """Who on the booking may take part no more, and why; None is the prisoner. Whoever never might is not named."""
    timezone = call.laptop.establishment.timezone
    day = local_day(call.starts_at, timezone)
    moved = () if call.prisoner.moved_at is None else ((None, Revocation.PRISONER_MOVED),)
    lapsed = ((visitor.visitor_id, _lapsed(visitor, day, timezone)) for visitor in call.visitors)
    return (*moved, *((visitor_id, why) for visitor_id, why in lapsed if why is not None))


def _lapsed(visitor: Visitor, day: date, timezone: str) -> Revocation | None:
    """Why an approval that there was does not cover `day`."""
    if is_vetted(visitor, day, timezone):
        return None
    revoked = [each for each in visitor.vettings if each.revoked_at is not None and each.valid_from <= day]
    if revoked:
        return revoked[-1].revoked_as
    return Revocation.VETTING_ENDED if any(each.valid_until < day for each in visitor.vettings) else None


def _covers(vetting: Vetting, day: date, timezone: str) -> bool:
    _, day_ends_at = day_bounds(day, timezone)
    is_revoked = vetting.revoked_at is not None and vetting.revoked_at < day_ends_at
    return vetting.valid_from <= day <= vetting.valid_until and not is_revoked
