"""When a call may be: from opening the room to the hard stop, and what bars the door meanwhile."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from contract.refusals import RefusalCode
from contract.sentences import WHY_IT_ENDED
from contract.words import Reason
from visits.domain.records import BookedCall
from visits.domain.vetting import everybody_is_vetted
from visits.errors import Refused

OPENS_BEFORE: Final = timedelta(minutes=5)  # DOMAIN: the room opens at T-5 min


@dataclass(frozen=True, slots=True)
class Visit:
    """A booked call with the latest moment it may last to."""

    call: BookedCall
    hard_stop_at: datetime

    @property
    def opens_at(self) -> datetime:
        """When the waiting room stops saying "early"."""
        return self.call.starts_at - OPENS_BEFORE


def next_start(call: BookedCall, others: Iterable[BookedCall]) -> datetime | None:
    """When the laptop is needed next: calls that are over already, and `call` itself, do not count."""
    starts = [other.starts_at for other in others if other.ending is None and other.starts_at > call.starts_at]
    return min(starts, default=None)


def hard_stop_at(call: BookedCall, next_starts_at: datetime | None) -> datetime:
    """min(booked end + longest extension, next call's start - turnaround), but never before the booked end."""
    establishment = call.laptop.establishment
    latest = call.ends_at + establishment.longest_extension
    if next_starts_at is not None:
        latest = min(latest, next_starts_at - establishment.turnaround)
    return max(call.ends_at, latest)


def check_door(visit: Visit, now: datetime) -> None:
    """Raise Refused unless the household may come in: LINK_EXPIRED when it is over, NOT_VETTED when somebody is not.

    A phone that was out of reach when the call ended learns the reason from the refusal.
    """
    ending = visit.call.ending
    if ending is not None or now >= visit.hard_stop_at:
        reason = None if ending is None else ending.reason
        raise Refused(RefusalCode.LINK_EXPIRED, WHY_IT_ENDED[reason] if reason else "")
    if visit.call.prisoner.moved_at is not None:  # nothing about the family: and where somebody is, is not said here
        raise Refused(RefusalCode.LINK_EXPIRED, WHY_IT_ENDED[Reason.REVOKED])
    if not everybody_is_vetted(visit.call):
        raise Refused(RefusalCode.NOT_VETTED)
