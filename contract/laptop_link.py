"""The laptop's WebSocket to the service: every message either may send, and in which order.

Order: the laptop says `hello`, the service answers `welcome`, `sheet`, and a `visitor` for each booking;
then anything in any order. The service closes after any `refused` that says the connection is over.
"""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from contract.media import Answer, Candidate, Count, IceServer, Offer, Received
from contract.record import Cosigned, HeadNow, OutcomeKept, OutcomeReport
from contract.refusals import Refused
from contract.strict import LONGEST_SHEET_BYTES, Message
from contract.words import BookingId, CallState, EndedBy, Line, Outcome, PageId, Presence, Reason, SetMessage


class CallNow(Message):
    """Where a call is, as the guard says it.

    `left_ms` counts down while the call is live; it also shrinks when the end of the window is nearer than
    the talk left. `heard` and `seen` say whether the visitor is, here; None while that cannot be known.
    """

    type: Literal["call"] = "call"
    booking_id: BookingId
    state: CallState
    talk_ms: Count
    left_ms: Count
    outcome: Outcome | None = None
    ended_by: EndedBy | None = None
    reason: Reason | None = None
    heard: bool | None = None
    seen: bool | None = None
    notice: SetMessage | None = None
    owed_ms: Count = 0


class LaptopHello(Message):
    """First message: which protocol, which software, and the call in progress if there is one."""

    type: Literal["hello"] = "hello"
    protocol: int
    software: Line
    call: CallNow | None = None


class LaptopWelcome(Message):
    """First answer: which laptop this is, the service's time, and how media may connect.

    With `relay_only` media goes through one of the `ice_servers` or not at all.
    """

    type: Literal["welcome"] = "welcome"
    establishment: Line
    laptop: Line
    server_time: AwareDatetime
    ice_servers: Annotated[tuple[IceServer, ...], Field(max_length=8, strict=False)] = ()
    relay_only: bool = False


class Relays(Message):
    """How media may connect from now on; said before the credentials of the last ones lapse."""

    type: Literal["relays"] = "relays"
    ice_servers: Annotated[tuple[IceServer, ...], Field(max_length=8, strict=False)] = ()
    relay_only: bool = False


class Sheet(Message):
    """The newest call sheet, as a document the guard reads for itself; sent again whenever it changes."""

    type: Literal["sheet"] = "sheet"
    document: Annotated[str, Field(max_length=LONGEST_SHEET_BYTES)]


class VisitorNow(Message):
    """What the service sees of the visitor; `page` names the loading of the page that is there."""

    type: Literal["visitor"] = "visitor"
    booking_id: BookingId
    presence: Presence
    page: PageId | None = None
    camera: bool = True  # what works there, as the page said when it was ready
    microphone: bool = True


FromLaptopMessage = LaptopHello | CallNow | Offer | Candidate | OutcomeReport | HeadNow
ToLaptopMessage = (
    LaptopWelcome | Relays | Sheet | VisitorNow | Answer | Candidate | Received | OutcomeKept | Cosigned | Refused
)
FROM_LAPTOP: TypeAdapter[FromLaptopMessage] = TypeAdapter(Annotated[FromLaptopMessage, Field(discriminator="type")])
TO_LAPTOP: TypeAdapter[ToLaptopMessage] = TypeAdapter(Annotated[ToLaptopMessage, Field(discriminator="type")])
