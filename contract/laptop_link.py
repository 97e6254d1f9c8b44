"""The laptop's WebSocket to the service: every message either may send, and in which order.

Order: the laptop says `hello`, the service answers `welcome`, a `document` of each kind it has for this laptop, and
a `visitor` for each booking;
then anything in any order. The service closes after any `refused` that says the connection is over.
A laptop whose hello has a `stream` and its service say everything after the welcome as `numbered` (contract.stream);
where the welcome goes on with that stream, what was lost with the last line is said again, and nothing else is.
"""

from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from contract.documents import DocumentKind
from contract.media import Answer, Candidate, Count, IceServer, JoinSteps, Offer, Received
from contract.readiness import Readiness
from contract.record import Cosigned, HeadNow, OutcomeKept, OutcomeReport
from contract.refusals import Refused
from contract.strict import Message
from contract.words import (
    BookingId,
    CallState,
    EndedBy,
    Line,
    Nonce,
    Outcome,
    PageId,
    Pem,
    Presence,
    Reason,
    SetMessage,
    SignedText,
    StreamId,
)

STREAM_HEADER: Final = "Visit-Stream"  # of an upgrade: the name of the stream that the hello will go on with


class CallNow(Message):
    """Where a call is, as the guard says it.

    `left_ms` counts down while the call is live; it also shrinks when the end of the window is nearer than
    the talk left. `heard` and `seen` say whether the visitor is, here; None while that cannot be known. `joined` is how
    long the newest connection took; it is left out while there is none, because older services do not know it.
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
    joined: Annotated[JoinSteps | None, Field(exclude_if=lambda joined: joined is None)] = None


class StreamAsked(Message):
    """The stream this laptop would go on with, and how far it has heard; `stream_id` null asks for a new one."""

    stream_id: StreamId | None = None
    heard: Count = 0


class StreamGiven(Message):
    """The stream from now on, and how far the service has heard. Any other than was asked for begins anew, at 1."""

    stream_id: StreamId
    heard: Count = 0


class LaptopHello(Message):
    """First message: which protocol, which software, and the call in progress if there is one.

    The call counts where the welcome begins anew; where it goes on, the stream itself brings the call.
    """

    type: Literal["hello"] = "hello"
    protocol: int
    software: Line
    call: CallNow | None = None
    stream: StreamAsked | None = None


class LaptopWelcome(Message):
    """First answer: which laptop this is, the service's time, and how media may connect.

    With `relay_only` media goes through one of the `ice_servers` or not at all.
    """

    type: Literal["welcome"] = "welcome"
    establishment: Line
    laptop: Line
    server_time: AwareDatetime
    ice_servers: Annotated[tuple[IceServer, ...], Field(max_length=8, strict=False, fail_fast=True)] = ()
    relay_only: bool = False
    stream: StreamGiven | None = None  # null for a laptop that asked for none


class Relays(Message):
    """How media may connect from now on; said before the credentials of the last ones lapse."""

    type: Literal["relays"] = "relays"
    ice_servers: Annotated[tuple[IceServer, ...], Field(max_length=8, strict=False, fail_fast=True)] = ()
    relay_only: bool = False


class Document(Message):
    """The newest signed document of a kind, which the guard reads for itself; sent again whenever it changes."""

    type: Literal["document"] = "document"
    kind: DocumentKind
    document: SignedText


class TimeAsked(Message):
    """The laptop asks for a signed `time` document that names this `nonce`, never used before."""

    type: Literal["time"] = "time"
    nonce: Nonce


class RenewalAsked(Message):
    """The laptop asks for its next certificate, for the same key: a PKCS#10 request, as PEM."""

    type: Literal["renewal"] = "renewal"
    request: Pem


class CertificateIssued(Message):
    """The laptop's next certificate, as PEM; the last one stands until this one has been used."""

    type: Literal["certificate"] = "certificate"
    certificate: Pem


class VisitorNow(Message):
    """What the service sees of the visitor; `page` names the loading of the page that is there."""

    type: Literal["visitor"] = "visitor"
    booking_id: BookingId
    presence: Presence
    page: PageId | None = None
    camera: bool = True  # what works there, as the page said when it was ready
    microphone: bool = True


class Heard(Message):
    """Either way, where nothing else is said: every `numbered` up to this one has been heard."""

    type: Literal["heard"] = "heard"
    heard: Count


class GoingAway(Message):
    """The service stops, and asks this laptop to come back after so long; each is asked for another moment."""

    type: Literal["going_away"] = "going_away"
    again_in_ms: Count


SaidByLaptop = CallNow | Offer | Candidate | OutcomeReport | HeadNow | TimeAsked | RenewalAsked | Readiness
SaidToLaptop = (
    Relays
    | Document
    | CertificateIssued
    | VisitorNow
    | Answer
    | Candidate
    | Received
    | OutcomeKept
    | Cosigned
    | GoingAway
    | Refused
)


class NumberedByLaptop(Message):
    """One message of the laptop's, numbered from 1, and how far the laptop has heard."""

    type: Literal["numbered"] = "numbered"
    number: Annotated[Count, Field(ge=1)]
    heard: Count
    message: Annotated[SaidByLaptop, Field(discriminator="type")]


class NumberedToLaptop(Message):
    """One message of the service's, numbered from 1, and how far the service has heard."""

    type: Literal["numbered"] = "numbered"
    number: Annotated[Count, Field(ge=1)]
    heard: Count
    message: Annotated[SaidToLaptop, Field(discriminator="type")]


FromLaptopMessage = LaptopHello | SaidByLaptop | NumberedByLaptop | Heard
ToLaptopMessage = LaptopWelcome | SaidToLaptop | NumberedToLaptop | Heard
FROM_LAPTOP: TypeAdapter[FromLaptopMessage] = TypeAdapter(Annotated[FromLaptopMessage, Field(discriminator="type")])
TO_LAPTOP: TypeAdapter[ToLaptopMessage] = TypeAdapter(Annotated[ToLaptopMessage, Field(discriminator="type")])
