"""Every refusal the service can give, each with the one sentence a person can act on."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

from contract.strict import Message


class RefusalCode(StrEnum):
    """Stable names for refusals; integrators may rely on them."""

    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    OUT_OF_ORDER = "out_of_order"
    TOO_MANY = "too_many"
    WRONG_PROTOCOL = "wrong_protocol"
    NOT_A_LAPTOP = "not_a_laptop"
    LAPTOP_ELSEWHERE = "laptop_elsewhere"
    CODE_WRONG = "code_wrong"
    CODE_USED = "code_used"
    CODE_EXPIRED = "code_expired"
    RENEWAL_REFUSED = "renewal_refused"
    NOT_YOUR_BOOKING = "not_your_booking"
    NOBODY_THERE = "nobody_there"
    LINK_UNKNOWN = "link_unknown"
    LINK_EXPIRED = "link_expired"
    LINK_IN_USE = "link_in_use"
    LINK_NOT_CLAIMED = "link_not_claimed"
    OPENED_ELSEWHERE = "opened_elsewhere"
    NOT_VETTED = "not_vetted"
    BOOKING_OVER = "booking_over"
    NOT_READY = "not_ready"
    UNAVAILABLE = "unavailable"
    NO_PHOTO = "no_photo"
    NO_UPDATE = "no_update"
    HEAD_UNSIGNED = "head_unsigned"
    HEAD_WRONG_KEY = "head_wrong_key"
    HEAD_BEHIND = "head_behind"


SENTENCE: Final = MappingProxyType(
    {
        RefusalCode.MALFORMED: "This message could not be read. Check it against docs/protocol.md.",
        RefusalCode.TOO_LARGE: "This message is too large. Send a smaller one.",
        RefusalCode.OUT_OF_ORDER: "This message is not expected now. Say hello first, then be ready.",
        RefusalCode.TOO_MANY: "Too many messages came at once. Wait a little and connect again.",
        RefusalCode.WRONG_PROTOCOL: "This software does not fit this service. Ask IT to update it.",
        RefusalCode.NOT_A_LAPTOP: "This laptop is not known here. Ask IT to enrol it.",
        RefusalCode.LAPTOP_ELSEWHERE: "Another laptop has this identity. Ask IT which is right.",
        RefusalCode.CODE_WRONG: "This enrolment code is not right. Type it again, or ask for a new one.",
        RefusalCode.CODE_USED: "This enrolment code has been used. Ask for a new one.",
        RefusalCode.CODE_EXPIRED: "This enrolment code has expired. Ask for a new one.",
        RefusalCode.RENEWAL_REFUSED: "This laptop gets no new certificate now. The one it has goes on.",
        RefusalCode.NOT_YOUR_BOOKING: "This booking is not on this laptop's call sheet.",
        RefusalCode.NOBODY_THERE: "The other side is not connected. Wait, and it will be tried again.",
        RefusalCode.LINK_UNKNOWN: "This link is not right. Open the link in the message you were sent.",
        RefusalCode.LINK_EXPIRED: "This link is for a call that is over. Use the link for your next call.",
        RefusalCode.LINK_IN_USE: "This call is open on another device. Close it there, wait 10 seconds, try again.",
        RefusalCode.LINK_NOT_CLAIMED: "This browser has not opened the call. Open the link again, and allow cookies.",
        RefusalCode.OPENED_ELSEWHERE: "You opened this call in another tab. Go on there, or try again here.",
        RefusalCode.NOT_VETTED: "Somebody here is not approved to visit today. Please call the prison.",
        RefusalCode.BOOKING_OVER: "This call has ended.",
        RefusalCode.NOT_READY: "Check your camera and microphone first.",
        RefusalCode.UNAVAILABLE: "The service cannot answer just now. Wait a minute and try again.",
        RefusalCode.NO_PHOTO: "There is no such photo on today's call sheet of this laptop.",
        RefusalCode.NO_UPDATE: "The service has no update for laptops.",
        RefusalCode.HEAD_UNSIGNED: "This head of the audit trail is not rightly signed. Ask IT to look at the laptop.",
        RefusalCode.HEAD_WRONG_KEY: "This laptop signs with another key than before. Ask IT to look at the laptop.",
        RefusalCode.HEAD_BEHIND: "This audit trail lacks records it had before. Tell security, and keep the laptop.",
    }
)


# Said on a WebSocket that stays open: one message at a bad moment does not cost the call. After any other it is closed.
GOES_ON: Final = frozenset(
    {
        RefusalCode.RENEWAL_REFUSED,
        RefusalCode.NOT_YOUR_BOOKING,
        RefusalCode.NOBODY_THERE,
        RefusalCode.NOT_READY,
        RefusalCode.BOOKING_OVER,
        RefusalCode.HEAD_UNSIGNED,
        RefusalCode.HEAD_WRONG_KEY,
        RefusalCode.HEAD_BEHIND,
    }
)


class Refused(Message):
    """A refusal as it goes over the wire."""

    type: Literal["refused"] = "refused"
    code: RefusalCode
    text: str


def refusal(code: RefusalCode, detail: str = "") -> Refused:
    """The refusal for `code`; `detail` names the field at fault and never repeats what was sent."""
    return Refused(code=code, text=f"{SENTENCE[code]} ({detail})" if detail else SENTENCE[code])
