"""What guard and shell say to each other, as frozen data: one JSON message a line, both ways.

The shell reports facts and key presses; the guard sends scenes and commands. Neither may say anything else.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from contract.documents import DocumentKind
from contract.laptop_link import CallNow, TimeAsked
from contract.media import Count, JoinSteps, Received
from contract.readiness import Readiness
from contract.record import Cosigned, HeadNow, OutcomeKept, OutcomeReport
from contract.sheet import PhotoHash
from contract.strict import LONGEST_PHOTO_BYTES, Message
from contract.words import BookingId, PageId, Pem, Presence, Purpose, SessionId, SignedText
from kiosk.deeds import AnyDeed, Credential
from kiosk.policy.measures import Finding, MeasureName, Severity, Verdict
from kiosk.policy.readiness import OF_THE_SHELL, Found
from kiosk.scenes import AnyScene, CameraFault, Frame, Panel

LONGEST_PHOTO_TEXT = (LONGEST_PHOTO_BYTES + 2) // 3 * 4  # as base64
PhotoText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PHOTO_TEXT)]


class Key(StrEnum):
    """What anybody at the laptop may press. None of it loosens anything; the guard decides all the same."""

    OPEN_IDENTITY = "open_identity"
    LEAVE_IDENTITY = "leave_identity"
    END_NOW = "end_now"
    HOLD = "hold"
    LEAVE = "leave"
    SKIP_REASON = "skip_reason"
    CHECK_LAPTOP = "check_laptop"  # nothing leaves the laptop, and all shuts again by itself


# ---- shell to guard: facts ----


class ShellHello(Message):
    """First line from the shell."""

    type: Literal["hello"] = "hello"
    pid: int


class Alive(Message):
    """Either way, every second: the event loop still turns."""

    type: Literal["alive"] = "alive"


class DocumentArrived(Message):
    """The bytes of a signed document, unread."""

    type: Literal["document"] = "document"
    kind: DocumentKind
    document: SignedText


class CertificateArrived(Message):
    """The laptop's next certificate, as the service has sent it."""

    type: Literal["certificate"] = "certificate"
    certificate: Pem


class LinkNow(Message):
    """Whether the service answers, and why not when one has refused the other: by a code of its, or a `Stranger`.

    `silent_ms` is how long before this the service was last heard; `gateway` whether this site's own gateway
    answers (None: not tried); `clean` whether the service answers quickly enough for a call.
    """

    type: Literal["link"] = "link"
    up: bool
    refused: Annotated[str, StringConstraints(max_length=64)] | None = None
    silent_ms: Annotated[int, Field(ge=0, le=600_000)] = 0
    gateway: bool | None = None
    clean: bool = True


class VisitorSeen(Message):
    """What the service says of the visitor."""

    type: Literal["visitor"] = "visitor"
    booking_id: BookingId
    presence: Presence
    page: PageId | None = None
    camera: bool = True
    microphone: bool = True


class MediaNow(Message):
    """Every half second while a session is open: what this laptop has received and sent since it began."""

    type: Literal["media"] = "media"
    session: SessionId
    received_video_frames: Count
    received_audio_ms: Count
    sent_video_frames: Count
    sent_audio_ms: Count
    far_video_packets: Count = 0  # that the far side has received of ours, by its RTCP receiver reports
    far_audio_packets: Count = 0
    received_level: Annotated[float, Field(ge=0, le=1)] = 0.0
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


class SessionRenewed(Message):
    """In a call, a new connection with the same page has taken over from `session`, and is `renewed` from now on.

    It is no new session: devices stay as they were granted, and totals of what is received here go on.
    """

    type: Literal["session_renewed"] = "session_renewed"
    session: SessionId
    renewed: SessionId


class SessionJoined(Message):
    """Sound and picture have come by this connection: how long each step took."""

    type: Literal["session_joined"] = "session_joined"
    session: SessionId
    steps: JoinSteps


class DevicesNow(Message):
    """Which devices were found. Only a demo guard accepts synthetic ones for a call.

    With `other_camera` there is one, and not the one that policy names: it is not used.
    """

    type: Literal["devices"] = "devices"
    camera: bool
    microphone: bool
    speaker: bool
    other_camera: bool = False


class CameraNow(Message):
    """What is wrong with the camera in the call that runs, each time that changes; without `fault` it is well."""

    type: Literal["camera"] = "camera"
    fault: CameraFault | None = None


class Pressed(Message):
    """A key that needs no PIN."""

    type: Literal["pressed"] = "pressed"
    key: Key


class DevicesShut(Message):
    """Camera, microphone and loudspeaker are shut; the answer to `disconnect`."""

    type: Literal["shut"] = "shut"


class Asked(Message):
    """An officer asks for one deed with their own PIN; the answer is an `answered`."""

    type: Literal["asked"] = "asked"
    officer: Credential
    deed: AnyDeed = Field(discriminator="kind")


class KeysSwallowed(Message):
    """So many presses came to nothing since the last of these, at most one a second; never which."""

    type: Literal["swallowed"] = "swallowed"
    count: Annotated[int, Field(ge=1, le=1_000_000)]


class ScreensNow(Message):
    """How many screens there are, and what they are called; the window stays on the built-in one."""

    type: Literal["screens"] = "screens"
    count: Annotated[int, Field(ge=0, le=64)]
    names: Annotated[
        tuple[Annotated[str, StringConstraints(max_length=64)], ...], Field(max_length=8, strict=False, fail_fast=True)
    ] = ()


class Painted(Message):
    """The first picture is on the screen."""

    type: Literal["painted"] = "painted"


class PhotoWanted(Message):
    """The screen lacks this photo on file; the answer, if there is one, is a `photo`."""

    type: Literal["photo_wanted"] = "photo_wanted"
    sha256: PhotoHash


class PhotoArrived(Message):
    """The bytes of a photo that was to be fetched, unread. One that cannot be had is passed over in silence."""

    type: Literal["photo_arrived"] = "photo_arrived"
    sha256: PhotoHash
    content: PhotoText


class FromService(Message):
    """What the service answers to something carried."""

    type: Literal["from_service"] = "from_service"
    answer: OutcomeKept | Cosigned = Field(discriminator="type")


class Proven(Message):
    """One measure of the shell's own process, as it was last found there."""

    name: MeasureName
    verdict: Verdict
    severity: Severity
    evidence: Annotated[str, StringConstraints(max_length=300)]

    @classmethod
    def of(cls, finding: Finding) -> "Proven":
        """The same, as it is sent."""
        return cls(name=finding.name, verdict=finding.verdict, severity=finding.severity, evidence=finding.evidence)

    @property
    def finding(self) -> Finding:
        """The same, as it is judged."""
        return Finding(self.name, self.verdict, self.severity, self.evidence)


class ProvenHere(Message):
    """What the shell finds of its own measures: after hello and every 5 s. A taken-over shell may lie here."""

    type: Literal["proven"] = "proven"
    findings: Annotated[tuple[Proven, ...], Field(max_length=len(MeasureName), strict=False, fail_fast=True)]


class SelfChecked(Message):
    """What the shell found of camera, sound and network for the `check` it was asked; nothing of it was kept."""

    type: Literal["self_checked"] = "self_checked"
    check: SessionId
    found: Annotated[tuple[Found, ...], Field(max_length=len(OF_THE_SHELL), strict=False, fail_fast=True)]


# ---- guard to shell: scenes and commands ----


class Show(Message):
    """Draw this; `panel` is what the officer's panel offers when it is opened."""

    type: Literal["show"] = "show"
    frame: Frame
    panel: Panel = Panel()
    scene: AnyScene = Field(discriminator="kind")


class Connect(Message):
    """Open a media session with the visitor's page, ending any other; devices open only for `call`."""

    type: Literal["connect"] = "connect"
    booking_id: BookingId
    session: SessionId
    page: PageId
    purpose: Purpose
    synthetic: bool  # demo: where a device is missing, use a moving picture and a tone
    signing: bool = False  # the picture is what is talked with: movement before size, and never sound alone


class CheckYourself(Message):
    """Look at camera, sound and network, loop-back only; the answer is `self_checked`, and a `disconnect` stops it."""

    type: Literal["check_yourself"] = "check_yourself"
    check: SessionId
    devices: bool  # else camera and sound stay shut
    synthetic: bool  # demo: look at the moving picture where there is no camera


class Disconnect(Message):
    """Shut devices and end every media session. Safe at any time."""

    type: Literal["disconnect"] = "disconnect"


class Tell(Message):
    """Say this to the service now, and again whenever the link comes back, until the next one."""

    type: Literal["tell"] = "tell"
    call: CallNow


class Answered(Message):
    """What came of the deed an officer asked for: one sentence for the officer."""

    type: Literal["answered"] = "answered"
    accepted: bool
    text: Annotated[str, StringConstraints(max_length=300)]


class CertificateKept(Message):
    """This certificate is on the disk; it may be shown from now on."""

    type: Literal["certificate_kept"] = "certificate_kept"
    certificate: Pem


class FetchPhoto(Message):
    """Get this photo from the service, if the line is up."""

    type: Literal["fetch_photo"] = "fetch_photo"
    sha256: PhotoHash


class Photo(Message):
    """A photo on file that the screen wants."""

    type: Literal["photo"] = "photo"
    sha256: PhotoHash
    content: PhotoText


class Carry(Message):
    """Say this to the service if the line is up; the guard says again what is not answered."""

    type: Literal["carry"] = "carry"
    message: OutcomeReport | HeadNow | TimeAsked | Readiness = Field(discriminator="type")


FromShell = (
    ShellHello
    | Alive
    | DocumentArrived
    | CertificateArrived
    | LinkNow
    | VisitorSeen
    | MediaNow
    | FarSide
    | SessionFailed
    | SelfChecked
    | SessionRenewed
    | SessionJoined
    | DevicesNow
    | CameraNow
    | DevicesShut
    | Pressed
    | Asked
    | ProvenHere
    | KeysSwallowed
    | ScreensNow
    | Painted
    | PhotoWanted
    | PhotoArrived
    | FromService
)
ToShell = (
    Show | Connect | CheckYourself | Disconnect | Tell | Answered | CertificateKept | FetchPhoto | Photo | Carry | Alive
)
FROM_SHELL: TypeAdapter[FromShell] = TypeAdapter(Annotated[FromShell, Field(discriminator="type")])
TO_SHELL: TypeAdapter[ToShell] = TypeAdapter(Annotated[ToShell, Field(discriminator="type")])
