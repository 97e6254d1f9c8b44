"""The visitor's WebSocket to the service: every message either may send, and in which order.

Order: after claiming the link over HTTP the visitor says `hello`; the service answers `welcome` and `call`.
The visitor says `ready` once the rules are accepted and the devices tried; only then do offers come.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from contract.media import Answer, Candidate, Count, IceServer, Offer, Received
from contract.refusals import Refused
from contract.strict import Message
from contract.words import Line, Outcome, PageId, Reason


class VisitorHello(Message):
    """First message: which protocol, and a name for this loading of the page."""

    type: Literal["hello"] = "hello"
    protocol: int
    page: PageId


class Ready(Message):
    """The visitor has accepted the rules; `camera` and `microphone` say what works."""

    type: Literal["ready"] = "ready"
    camera: bool
    microphone: bool


class Leave(Message):
    """The visitor says goodbye: this ends the call."""

    type: Literal["leave"] = "leave"


class VisitorWelcome(Message):
    """Who, when and under which rules. `for_whom` is the prisoner as the family knows them."""

    type: Literal["welcome"] = "welcome"
    booking_id: str
    for_whom: Line
    visitors: Annotated[tuple[Line, ...], Field(strict=False, fail_fast=True)]
    establishment: Line
    timezone: Line
    opens_at: AwareDatetime
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    server_time: AwareDatetime
    recorded: bool
    watched: bool
    ice_servers: Annotated[tuple[IceServer, ...], Field(max_length=8, strict=False, fail_fast=True)] = ()


class Phase(StrEnum):
    """What the visitor is told of the call."""

    EARLY = "early"  # the room is not open yet
    WAITING = "waiting"  # open; the prison has not begun
    CHECKING = "checking"  # the officer is checking who is there
    JOINING = "joining"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    HELD = "held"
    ENDED = "ended"


class VisitorCall(Message):
    """Where the call is. `why` is the sentence the laptop's goodbye shows, `prison_connected` whether the laptop is."""

    type: Literal["call"] = "call"
    phase: Phase
    prison_connected: bool
    left_ms: Count | None = None
    talk_ms: Count = 0
    outcome: Outcome | None = None
    reason: Reason | None = None
    why: str | None = None
    heard: bool | None = None  # whether you are, in the prison; None while that cannot be known
    seen: bool | None = None
    notice: str | None = None  # an officer's sentence
    owed_ms: Count = 0


FromVisitorMessage = VisitorHello | Ready | Answer | Candidate | Received | Leave
ToVisitorMessage = VisitorWelcome | VisitorCall | Offer | Candidate | Refused
FROM_VISITOR: TypeAdapter[FromVisitorMessage] = TypeAdapter(Annotated[FromVisitorMessage, Field(discriminator="type")])
TO_VISITOR: TypeAdapter[ToVisitorMessage] = TypeAdapter(Annotated[ToVisitorMessage, Field(discriminator="type")])
