"""What the screen should say, as frozen data: the guard makes scenes, the shell only draws them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from contract.documents import DocumentFault, DocumentKind
from contract.readiness import Readiness
from contract.sheet import PhotoHash
from contract.strict import Message
from contract.words import Cause, HoldReason, Presence, Reason, SetMessage
from kiosk.policy.measures import MeasureName
from kiosk.policy.permissions import DeedKind


class Connection(StrEnum):
    """The connection word; shown only when it is not good."""

    GOOD = "good"
    POOR = "poor"
    BAD = "bad"


class WaitingFor(StrEnum):
    """What joining is waiting for, in the order it happens."""

    VISITOR = "visitor"  # the family is not in the waiting room
    NETWORK = "network"  # the laptop cannot reach the service
    PICTURE = "picture"  # both are there; media is being set up
    LAPTOP = "laptop"  # a measure of the lockdown does not hold, or a device of it does not work


class Fault(StrEnum):
    """Why the laptop is out of service; each has its sentence in `kiosk.ui.words`."""

    STARTING = "starting"
    GUARD_SILENT = "guard_silent"
    NO_CAMERA = "no_camera"
    OTHER_CAMERA = "other_camera"  # the one that is plugged in is not the one that policy names
    NO_SOUND = "no_sound"
    LIVE_SHEET = "live_sheet"  # a demo laptop was handed real bookings
    BAD_SHEET = "bad_sheet"
    NOT_ENROLLED = "not_enrolled"  # it has no identity
    NOT_KNOWN = "not_known"  # it has one that the service does not take, or takes no longer
    NOT_LOCKED = "not_locked"  # a measure of the lockdown does not hold: `OutOfService.measure`
    NOT_READY = "not_ready"  # the same, of the kind that somebody here can put right at once
    NOT_ITS_IMAGE = "not_its_image"  # what says which image this is does not check out
    MAINTENANCE = "maintenance"  # released by an officer, until it restarts
    RECORD_BROKEN = "record_broken"  # the audit trail or its key is not as it was left
    NOT_THE_SERVICE = "not_the_service"  # what answers at its address has no certificate of our authority
    SERVICE_EXPIRED = "service_expired"  # this and the next are in `kiosk.strangers`
    SERVICE_MISNAMED = "service_misnamed"
    SERVICE_PLAIN = "service_plain"
    SERVICE_OLD_TLS = "service_old_tls"
    CERTIFICATE_UNUSABLE = "certificate_unusable"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_REFUSED = "certificate_refused"
    NO_SERVICE = "no_service"  # for so long since the start that it should be said
    WRONG_SOFTWARE = "wrong_software"
    IDENTITY_IN_USE = "identity_in_use"
    OLD_SHEET = "old_sheet"  # nobody knows whether it still says what is so
    STRANGE_POLICY = "strange_policy"  # this software does not understand the rules
    OLD_POLICY = "old_policy"  # the same, of the rules; or they have expired
    WRONG_CLOCK = "wrong_clock"  # the time of day is not the service's, or was never set


class CameraFault(StrEnum):
    """What is wrong with this laptop's camera in a call; each has its sentence in `kiosk.ui.words`."""

    UNPLUGGED = "unplugged"
    BUSY = "busy"  # another program has it
    COVERED = "covered"  # or it is dark: the only one that is not the device's
    FROZEN = "frozen"  # pictures come, and all are the same
    SILENT = "silent"  # it is open, and no picture comes
    UNUSABLE = "unusable"  # it gives nothing that this laptop could show


class NoticeKind(StrEnum):
    """What an officer should know; each has its sentences in `kiosk.ui.notices`."""

    VISITOR_BANNED = "visitor_banned"  # these three: the call at `at` cannot take place
    VETTING_ENDED = "vetting_ended"
    PRISONER_MOVED = "prisoner_moved"
    DECIDE = "decide"  # a call is held for that, and its officer decides
    OFFLINE = "offline"  # since `at`
    REFUSED = "refused"  # a `document` that came, and `why`; the one before counts on
    OLD_DAY = "old_day"  # the sheet is of the day `at`, and today's has not come
    POLICY_ENDED = "policy_ended"
    POLICY_STALE = "policy_stale"
    POLICY_ENDS_SOON = "policy_ends_soon"
    SHEET_STALE = "sheet_stale"
    ROSTER_STALE = "roster_stale"
    NOT_KEPT = "not_kept"  # a `document` that counts, and that a restart would forget
    NOT_READY = "not_ready"  # the laptop's check of itself found what makes a call fail
    READY_BUT = "ready_but"  # it found something to do, and calls work


class Notice(Message):
    """One thing an officer should know. `who` is a name, where this laptop knows it."""

    kind: NoticeKind
    who: str = ""
    at: AwareDatetime | None = None
    document: DocumentKind | None = None
    why: DocumentFault | None = None


class Frame(Message):
    """What stands around every scene. `demo` draws the banner that nothing hides; None: a laptop does not know yet."""

    establishment: str = ""
    laptop: str = ""
    timezone: str = "Europe/London"
    demo: bool | None = True
    online: bool = False
    synthetic_camera: bool = False
    synthetic_sound: bool = False
    can_end: bool = False  # there is something End would end; the key itself is on every scene
    can_hold: bool = False
    lost: MeasureName | None = None  # the gravest of the measures whose loss bars calls
    released: bool = False  # for maintenance
    warns: MeasureName | None = None  # of a measure whose loss bars none
    officer_wanted: bool = False  # between calls: the panel has something for the officer to read
    presence_due_s: int | None = None  # so long until an officer's presence must be confirmed, when that is near


class SelfCheckSeen(Message):
    """What the officer may see of the laptop's check of itself: the last one, and whether another may be asked for."""

    offered: bool = False
    may_start: bool = False  # another, now
    running: bool = False
    last: Readiness | None = None
    stale: bool = False  # it was too long ago to say anything of now


class Panel(Message):
    """What the officer's panel offers now; each deed asks for a PIN. `notices` are read, the gravest first."""

    deeds: Annotated[tuple[DeedKind, ...], Field(strict=False)] = ()
    extend_minutes: Annotated[tuple[int, ...], Field(strict=False)] = ()
    notices: Annotated[tuple[Notice, ...], Field(strict=False)] = ()
    self_check: SelfCheckSeen = SelfCheckSeen()


class NothingBooked(Message):
    """No call is booked on this laptop for the rest of today. `off_at`: when the call was to be that cannot be."""

    kind: Literal["nothing_booked"] = "nothing_booked"
    off_at: AwareDatetime | None = None


class NextCall(Message):
    """The next call. `countdown_s` is given from T-10 min; `may_open` from T-5 min: the officer may begin.

    `off_at` is when another call was to be, about now, that cannot be.
    """

    kind: Literal["next_call"] = "next_call"
    who: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    countdown_s: int | None = None
    may_open: bool = False
    off_at: AwareDatetime | None = None


class Person(Message):
    """One visitor as the officer compares them with the preview."""

    visitor_id: str
    name: str
    relation: str
    age: int | None = None
    photo: PhotoHash | None = None
    approval_ended: date | None = None  # the last day of it, when that is past: not to be ticked


class OfficerAdmits(Message):
    """The officer's scene: compare, tick everybody, start. `why_not` is the sentence that bars starting, if any."""

    kind: Literal["officer_admits"] = "officer_admits"
    prisoner_name: str
    prisoner_number: str
    people: Annotated[tuple[Person, ...], Field(strict=False)]
    note: str = ""
    visitor: Presence = Presence.ABSENT
    preview: bool = False  # the visitor's picture is arriving
    why_not: str | None = None


class Joining(Message):
    """Between admission and the first picture; time has not started."""

    kind: Literal["joining"] = "joining"
    who: str
    waited_s: int
    waiting_for: WaitingFor


class InCall(Message):
    """The call. `left_s` of `whole_s` are left; `ending_in_s` is set once an officer chose "end in 60 s"."""

    kind: Literal["in_call"] = "in_call"
    who: str
    left_s: int
    whole_s: int
    ending_in_s: int | None = None
    warning: bool = False  # a warning has just fallen due: the time line grows and speaks
    cannot_hear: bool = False  # the family does not hear you
    cannot_see: bool = False
    lacks: Fault | None = None  # a device of this laptop that went away: NO_CAMERA, OTHER_CAMERA or NO_SOUND
    camera: CameraFault | None = None
    notice: SetMessage | None = None
    connection: Connection = Connection.GOOD
    recorded: bool = False
    watched: bool = False


class Interrupted(Message):
    """A fault, recovering by itself. `quiet` for the first 30 s, then `tried_s` of `try_for_s` is shown."""

    kind: Literal["interrupted"] = "interrupted"
    who: str
    cause: Cause = Cause.SERVICE  # whose fault it looks like
    measure: MeasureName | None = None  # of the lockdown, when it is that which interrupts
    tried_s: int
    try_for_s: int
    quiet: bool
    left_s: int
    ask_officer: bool = False
    cannot_hear: bool = False  # the family does not hear you, while you are received from there
    cannot_see: bool = False


class Held(Message):
    """A person paused the call; only a person resumes it."""

    kind: Literal["held"] = "held"
    who: str
    reason: HoldReason = HoldReason.OFFICER
    left_s: int = 0


class Goodbye(Message):
    """The end, with its reason, the time talked and what is owed; `ask_reason`: staff ended it and did not say why."""

    kind: Literal["goodbye"] = "goodbye"
    reason: Reason
    talk_s: int
    owed_s: int = 0
    ask_reason: bool = False


class Locked(Message):
    """An officer has locked the laptop; an officer unlocks it."""

    kind: Literal["locked"] = "locked"


class OutOfService(Message):
    """The laptop cannot be used. `reference` is for the officer to read out."""

    kind: Literal["out_of_service"] = "out_of_service"
    fault: Fault
    reference: str = ""
    measure: MeasureName | None = None  # which does not hold, for NOT_LOCKED and NOT_READY


AnyScene = (
    NothingBooked | NextCall | OfficerAdmits | Joining | InCall | Interrupted | Held | Goodbye | Locked | OutOfService
)
