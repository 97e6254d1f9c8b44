"""What guard and shell say to each other, as frozen data: one JSON message a line, both ways.

The shell reports facts and key presses; the guard sends scenes and commands. Neither may say anything else.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from contract.laptop_link import CallNow
from contract.media import Count, Received
from contract.strict import LONGEST_SHEET_BYTES, Message
from contract.words import BookingId, PageId, Presence, Purpose, SessionId, VisitorId
from kiosk.scenes import AnyScene, Frame


class Key(StrEnum):
    """What a person at the laptop may ask for. Asking is all the shell can do: the guard decides."""

    OPEN_IDENTITY = "open_identity"
    LEAVE_IDENTITY = "leave_identity"
    ADMIT = "admit"
    END_NOW = "end_now"
    END_IN_60 = "end_in_60"
    LEAVE = "leave"


# ---- shell to guard: facts ----


class ShellHello(Message):
    """First line from the shell."""

    type: Literal["hello"] = "hello"
    pid: int


class Alive(Message):
    """Either way, every second: the event loop still turns."""

    type: Literal["alive"] = "alive"


class SheetArrived(Message):
    """The bytes of a call sheet, unread."""

    type: Literal["sheet"] = "sheet"
    document: Annotated[str, Field(max_length=LONGEST_SHEET_BYTES)]


class LinkNow(Message):
    """Whether the service answers, and why not (a refusal code) when it has refused us."""

    type: Literal["link"] = "link"
    up: bool
    refused: Annotated[str, StringConstraints(max_length=64)] | None = None


class VisitorSeen(Message):
    """What the service says of the visitor."""

    type: Literal["visitor"] = "visitor"
    booking_id: BookingId
    presence: Presence
    page: PageId | None = None


class MediaNow(Message):
    """Every half second while a session is open: what this laptop has received and sent since it began."""

    type: Literal["media"] = "media"
    session: SessionId
    received_video_frames: Count
    received_audio_ms: Count
    sent_video_frames: Count
    sent_audio_ms: Count
    loss_percent: Annotated[float, Field(ge=0, le=100)] = 0.0
    rtt_ms: Annotated[float, Field(ge=0)] | None = None


class FarSide(Message):
    """The visitor's own report of what it receives."""

    type: Literal["far"] = "far"
    received: Received


class SessionFailed(Message):
    """A media session came to nothing; the guard decides whether to try again."""

    type: Literal["session_failed"] = "session_failed"
    session: SessionId


class DevicesNow(Message):
    """Which devices were found. Only a demo guard accepts synthetic ones for a call."""

    type: Literal["devices"] = "devices"
    camera: bool
    microphone: bool
    speaker: bool


class Pressed(Message):
    """A key, with the participants ticked when it is `admit`."""

    type: Literal["pressed"] = "pressed"
    key: Key
    ticked: Annotated[tuple[VisitorId, ...], Field(max_length=5, strict=False)] = ()


# ---- guard to shell: scenes and commands ----


class Show(Message):
    """Draw this."""

    type: Literal["show"] = "show"
    frame: Frame
    scene: AnyScene = Field(discriminator="kind")


class Connect(Message):
    """Open a media session with the visitor's page, ending any other; devices open only for `call`."""

    type: Literal["connect"] = "connect"
    booking_id: BookingId
    session: SessionId
    page: PageId
    purpose: Purpose
    synthetic: bool  # demo: where a device is missing, use a moving picture and a tone


class Disconnect(Message):
    """Shut devices and end every media session. Safe at any time."""

    type: Literal["disconnect"] = "disconnect"


class Tell(Message):
    """Say this to the service now, and again whenever the link comes back, until the next one."""

    type: Literal["tell"] = "tell"
    call: CallNow


FromShell = (
    ShellHello
    | Alive
    | SheetArrived
    | LinkNow
    | VisitorSeen
    | MediaNow
    | FarSide
    | SessionFailed
    | DevicesNow
    | Pressed
)
ToShell = Show | Connect | Disconnect | Tell | Alive
FROM_SHELL: TypeAdapter[FromShell] = TypeAdapter(Annotated[FromShell, Field(discriminator="type")])
TO_SHELL: TypeAdapter[ToShell] = TypeAdapter(Annotated[ToShell, Field(discriminator="type")])
