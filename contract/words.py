"""The field's own words, as types: ids, states, outcomes and reasons, shared by both sides of the wire."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, StringConstraints

BookingId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
VisitorId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
SessionId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]  # one attempt to connect media
PageId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]  # one loading of the visitor's page
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]  # a name, shown as plain text
Note = Annotated[str, StringConstraints(max_length=1000)]
StreamId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]  # one numbering of messages, both ways
Nonce = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{22,64}$")]  # 128 random bits or more
SignedText = Annotated[str, StringConstraints(min_length=1, max_length=1_048_576)]  # a JWS, see contract.envelope
Pem = Annotated[str, StringConstraints(min_length=1, max_length=16_384)]
Sdp = Annotated[str, StringConstraints(min_length=1, max_length=65_536)]


def _is_of_our_time(moment: datetime) -> datetime:
    """No arithmetic on such a moment can leave the calendar."""
    if not 2000 <= moment.year < 3000:
        raise ValueError("not a year of this service")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_is_of_our_time)]


class CallState(StrEnum):
    """Where a call is; the table that moves it is in `kiosk.policy.states`."""

    WAITING = "waiting"
    IDENTITY = "identity"
    JOINING = "joining"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    HELD = "held"
    ENDED = "ended"


class Use(StrEnum):
    """What a sheet may be used for: a demo laptop refuses live sheets, a live laptop refuses demo ones."""

    DEMO = "demo"
    LIVE = "live"


class Presence(StrEnum):
    """What the service sees of the visitor's page."""

    ABSENT = "absent"  # never opened, or not since the service started
    CHECKING = "checking"  # open: reading the rules, trying camera and microphone
    WAITING = "waiting"  # in the waiting room, ready for an offer
    GONE = "gone"  # was there, its connection is lost; may come back
    LEFT = "left"  # said goodbye


class Purpose(StrEnum):
    """What a media session is for: a preview sends the laptop the visitor's picture and nothing back."""

    PREVIEW = "preview"
    CALL = "call"


class Outcome(StrEnum):
    """MoJ's visit outcome codes and the technical ones they lack."""

    COMPLETED_NORMALLY = "COMPLETED_NORMALLY"
    PRISONER_COMPLETED_EARLY = "PRISONER_COMPLETED_EARLY"
    VISITOR_COMPLETED_EARLY = "VISITOR_COMPLETED_EARLY"
    TERMINATED_BY_STAFF = "TERMINATED_BY_STAFF"
    PRISONER_REFUSED_TO_ATTEND = "PRISONER_REFUSED_TO_ATTEND"
    VISITOR_DID_NOT_ARRIVE = "VISITOR_DID_NOT_ARRIVE"
    VISITOR_FAILED_SECURITY_CHECKS = "VISITOR_FAILED_SECURITY_CHECKS"
    VISITOR_DECLINED_ENTRY = "VISITOR_DECLINED_ENTRY"
    ESTABLISHMENT_CANCELLED = "ESTABLISHMENT_CANCELLED"
    PRISONER_CANCELLED = "PRISONER_CANCELLED"
    VISITOR_CANCELLED = "VISITOR_CANCELLED"
    BATCH_CANCELLATION = "BATCH_CANCELLATION"
    ADMINISTRATIVE_ERROR = "ADMINISTRATIVE_ERROR"
    NOT_RECORDED = "NOT_RECORDED"
    TECHNICAL_PRISON_NETWORK = "TECHNICAL_PRISON_NETWORK"
    TECHNICAL_LAPTOP = "TECHNICAL_LAPTOP"
    TECHNICAL_SERVICE = "TECHNICAL_SERVICE"
    TECHNICAL_VISITOR_SIDE = "TECHNICAL_VISITOR_SIDE"


class Cause(StrEnum):
    """Why a second of a call was lost. The first six are ours and given back; the others are the people's."""

    PRISON_NETWORK = "PRISON_NETWORK"
    LAPTOP = "LAPTOP"
    SERVICE = "SERVICE"
    NOT_BROUGHT = "NOT_BROUGHT"
    OFFICER = "OFFICER"
    ANNOUNCEMENT = "ANNOUNCEMENT"
    VISITOR_ABSENT = "VISITOR_ABSENT"
    VISITOR_SIDE = "VISITOR_SIDE"
    PRISONER = "PRISONER"


class HoldReason(StrEnum):
    """Why a call is held. A breach costs whoever broke the rules; anything else is given back."""

    OFFICER = "officer"  # until somebody says more
    INCIDENT = "incident"
    WELFARE = "welfare"
    PRESENCE_LAPSED = "presence_lapsed"
    PARTICIPANT_REVOKED = "participant_revoked"
    PRISONER_BREACH = "prisoner_breach"
    VISITOR_BREACH = "visitor_breach"


class Revocation(StrEnum):
    """Why somebody on a booking may take part no more."""

    VISITOR_BANNED = "visitor_banned"
    VETTING_ENDED = "vetting_ended"
    PRISONER_MOVED = "prisoner_moved"


class EndCode(StrEnum):
    """The reason an officer gives for an ending, afterwards; `kiosk.policy.endings` says which outcome it makes."""

    INCIDENT = "incident"  # something elsewhere needed the staff
    WELFARE = "welfare"
    PRISONER_BREACH = "prisoner_breach"
    VISITOR_BREACH = "visitor_breach"
    PRISONER_FINISHED = "prisoner_finished"
    VISITOR_FINISHED = "visitor_finished"
    PRISONER_REFUSED = "prisoner_refused"  # to attend
    VISITOR_DECLINED = "visitor_declined"  # the checks
    VISITOR_FAILED_CHECKS = "visitor_failed_checks"
    LAPTOP_FAULT = "laptop_fault"
    NETWORK_FAULT = "network_fault"
    SERVICE_FAULT = "service_fault"
    VISITOR_FAULT = "visitor_fault"
    REVOKED = "revoked"  # somebody may take part no more
    MISTAKE = "mistake"  # booked or started wrongly
    OTHER = "other"


class SetMessage(StrEnum):
    """The nine sentences an officer may send to both sides; the words stand in `contract.sentences`."""

    STAY_IN_VIEW = "stay_in_view"
    ONLY_NAMED_PEOPLE = "only_named_people"
    NO_FILMING = "no_filming"
    NO_OTHER_CALLS = "no_other_calls"
    BE_DRESSED = "be_dressed"
    STAY_CALM = "stay_calm"
    PLEASE_WAIT = "please_wait"
    SAY_GOODBYE = "say_goodbye"
    LAST_WARNING = "last_warning"


class EndedBy(StrEnum):
    """Who or what ended a call."""

    TIME = "time"
    PRISONER = "prisoner"
    VISITOR = "visitor"
    OFFICER = "officer"
    SERVICE = "service"


class Reason(StrEnum):
    """Why a call ended, as both sides are told it; the sentences stand in `contract.sentences`."""

    TIME_UP = "time_up"
    PRISONER_LEFT = "prisoner_left"
    VISITOR_LEFT = "visitor_left"
    OFFICER_ENDED = "officer_ended"
    VISITOR_NEVER_CAME = "visitor_never_came"
    NEVER_STARTED = "never_started"
    NEVER_CONNECTED = "never_connected"
    CANCELLED = "cancelled"
    REVOKED = "revoked"  # somebody on the booking may take part no more; who and why is not for the screen
