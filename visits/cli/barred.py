"""What staff are told after somebody was revoked: which calls cannot take place, so that each can be dealt with."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from visits.domain.records import BookedCall
from visits.domain.vetting import revocations


def barred_text(calls: tuple[BookedCall, ...]) -> str:
    """Each call with whom and why, one a line; then what to do."""
    if not calls:
        return "No booked call is affected."
    return "\n".join(["These calls cannot take place now. Cancel or change each of them:", *_lines(calls)])


def _lines(calls: tuple[BookedCall, ...]) -> Iterator[str]:
    for call in calls:
        starts_at = call.starts_at.astimezone(ZoneInfo(call.laptop.establishment.timezone))
        why = ", ".join(f"{who or 'prisoner'} {kind}" for who, kind in revocations(call)) or "not approved"
        yield f"  {starts_at:%Y-%m-%d %H:%M}  {call.booking_id}  {call.laptop.name}  {call.prisoner.number}: {why}"
