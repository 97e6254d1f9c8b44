"""What a laptop found when it checked itself, as one message: rows with a light, numbers and one fix. No picture.

Words are for officers and IT; a row holds numbers and names of devices' kinds, never of people.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from contract.strict import Message
from contract.words import BookingId, Moment

LONGEST_FOUND: Final = 120
LONGEST_FIX: Final = 160


class CheckName(StrEnum):
    """What is checked, in the order in which it is shown."""

    CAMERA = "camera"
    MICROPHONE = "microphone"  # hears the laptop's own loudspeaker
    ECHO = "echo"  # is cancelled, so that families do not hear themselves
    SERVICE = "service"
    RELAY_UDP = "relay_udp"
    RELAY_TCP = "relay_tcp"
    CLOCK = "clock"
    MAINS = "mains"
    DISK = "disk"
    RESTART = "restart"
    ACCEPTED = "accepted"  # is as its acceptance report says


class Light(StrEnum):
    """How a row stands, the best first."""

    GREEN = "green"
    AMBER = "amber"  # calls work, and something should be done about it
    RED = "red"  # a call would fail, or be of no use


def _printable(text: str) -> str:
    """It is printed on the terminals of staff: one line, and nothing that steers one."""
    if not text.isprintable():
        raise ValueError("not one printable line")
    return text


class CheckRow(Message):
    """One check: its light, what was found in numbers, and what to do; a green row has nothing to do."""

    check: CheckName
    light: Light
    found: Annotated[str, StringConstraints(max_length=LONGEST_FOUND), AfterValidator(_printable)]
    fix: Annotated[str, StringConstraints(max_length=LONGEST_FIX), AfterValidator(_printable)] = ""


class CheckedFor(StrEnum):
    """Why a laptop checked itself."""

    BOOKING = "booking"  # a call is due: `booking_id`
    OFFICER = "officer"
    COMMAND = "command"


def worst(rows: tuple[CheckRow, ...]) -> Light:
    """The light of them all together; of none, red: nothing is known."""
    order = list(Light)
    return max((row.light for row in rows), key=order.index, default=Light.RED)


class Readiness(Message):
    """Whether this laptop is ready for a call, as it found by itself. The newest counts; harmless twice."""

    type: Literal["readiness"] = "readiness"
    checked_at: Moment
    checked_for: CheckedFor
    booking_id: BookingId | None = None
    rows: Annotated[tuple[CheckRow, ...], Field(min_length=1, max_length=len(CheckName), strict=False, fail_fast=True)]

    @property
    def light(self) -> Light:
        """The worst of the rows."""
        return worst(self.rows)
