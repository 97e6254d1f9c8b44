"""What the journal keeps of the day and its call, as frozen data: enough to go on after a power cut."""

from typing import Literal

from pydantic import AwareDatetime

from contract.sheet import Booking
from contract.strict import Message
from contract.words import CallState
from kiosk.course import Course
from kiosk.ended import EndedKept
from kiosk.policy.fair_clock import FairClock


class CallKept(Message):
    """One call. Instants are milliseconds of the boot-time clock of the boot that `DayKept` names."""

    booking: Booking
    state: CallState
    since_ms: int
    alive_ms: int  # talk, and the laptop's own working, are known to have lasted until then
    fair: FairClock
    course: Course
    visitor_came: bool
    deaf_ms: int


class DayKept(Message):
    """The whole day, as the guard knew it at `boot_ms` of the boot `boot_id`."""

    version: Literal[1] = 1
    boot_id: str
    boot_ms: int
    wall: AwareDatetime
    locked: bool
    released_at_ms: int | None = None  # for maintenance, in that boot
    came: tuple[str, ...] = ()  # bookings whose family was there at some time
    ended: EndedKept
    call: CallKept | None
    sealed_call: str | None = None  # instead of it, where there is a key: it has names
