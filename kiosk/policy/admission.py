"""May this booking be joined now, and if not, why, in one sentence."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from contract.sheet import Booking
from contract.words import Presence, VisitorId
from kiosk.errors import Refused
from kiosk.policy.numbers import Numbers

NOT_APPROVED: Final = "Somebody's approval to visit has ended. This call cannot start: ask the visits office."
NOT_READY: Final = "This laptop is not ready for a call. Put right what it shows, or use another laptop."


def is_open(booking: Booking, now: datetime, numbers: Numbers) -> bool:
    """Whether the room is open: from a little before the start until the hard stop."""
    return booking.starts_at - numbers.room_opens <= now < booking.hard_stop_at


def unapproved(booking: Booking, today: date) -> frozenset[VisitorId]:
    """Who of the booking may take part no more, because their approval ended before the local `today`."""
    return frozenset(person.visitor_id for person in booking.participants if person.vetted_until < today)


def why_not_yet(presence: Presence, *, link_up: bool, barred: bool = False, all_approved: bool = True) -> str | None:
    """The sentence that bars the officer from starting, or None. An absent family bars nothing: joining waits."""
    if not all_approved:
        return NOT_APPROVED
    if barred:
        return NOT_READY
    if not link_up and presence is Presence.ABSENT:
        return "The laptop cannot reach the visit service. Wait, or use another laptop."
    return None


def check_everyone_ticked(booking: Booking, ticked: Iterable[str]) -> None:
    """Raises Refused unless exactly the booking's participants were ticked."""
    if set(ticked) != {person.visitor_id for person in booking.participants}:
        raise Refused("Tick every person on this booking first.")
