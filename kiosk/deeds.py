"""What an officer may ask for with a PIN, as frozen data: each is one deed, authorised once. It decides nothing."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contract.strict import Message
from contract.words import EndCode, HoldReason, SetMessage, VisitorId
from kiosk.policy.permissions import DeedKind

__all__ = ["AnyDeed", "Credential", "DeedKind"]  # besides every deed


class Credential(Message):
    """Who asks: a staff number and the PIN that only its owner knows. Never logged, never kept."""

    number: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,16}$")]
    pin: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}$"), Field(repr=False)]


class Admit(Message):
    """Everybody on the booking was compared and ticked: start the call."""

    kind: Literal[DeedKind.ADMIT] = DeedKind.ADMIT
    ticked: Annotated[tuple[VisitorId, ...], Field(max_length=5, strict=False, fail_fast=True)]


class Resume(Message):
    """Go on with a held call."""

    kind: Literal[DeedKind.RESUME] = DeedKind.RESUME


class Extend(Message):
    """Let the call run longer, within policy and never into the next booking."""

    kind: Literal[DeedKind.EXTEND] = DeedKind.EXTEND
    minutes: Annotated[int, Field(ge=1, le=60)]


class SendMessage(Message):
    """Show one of the nine sentences to both sides."""

    kind: Literal[DeedKind.SEND_MESSAGE] = DeedKind.SEND_MESSAGE
    message: SetMessage


class EndSoon(Message):
    """End in 60 s, so that people can say goodbye."""

    kind: Literal[DeedKind.END_SOON] = DeedKind.END_SOON
    code: EndCode | None = None


class CancelEndSoon(Message):
    """Take an "end in 60 s" back."""

    kind: Literal[DeedKind.CANCEL_END_SOON] = DeedKind.CANCEL_END_SOON


class WriteNote(Message):
    """A note for staff; it goes to the audit trail and nowhere else."""

    kind: Literal[DeedKind.WRITE_NOTE] = DeedKind.WRITE_NOTE
    text: Annotated[str, StringConstraints(min_length=1, max_length=240)]


class GiveReason(Message):
    """Why the call that has just ended was ended."""

    kind: Literal[DeedKind.GIVE_REASON] = DeedKind.GIVE_REASON
    code: EndCode


class GiveHoldReason(Message):
    """Why the call is held: it decides whose time the hold costs, from its beginning."""

    kind: Literal[DeedKind.GIVE_HOLD_REASON] = DeedKind.GIVE_HOLD_REASON
    reason: HoldReason


class DeclareNoShow(Message):
    """The family has not come: end the booking."""

    kind: Literal[DeedKind.DECLARE_NO_SHOW] = DeedKind.DECLARE_NO_SHOW


class ConfirmPresence(Message):
    """An officer is in sight of the visit."""

    kind: Literal[DeedKind.CONFIRM_PRESENCE] = DeedKind.CONFIRM_PRESENCE


class WelfareDone(Message):
    """The prisoner was asked how they are."""

    kind: Literal[DeedKind.WELFARE_DONE] = DeedKind.WELFARE_DONE


class Lock(Message):
    """No call on this laptop until it is unlocked."""

    kind: Literal[DeedKind.LOCK] = DeedKind.LOCK


class Unlock(Message):
    """The laptop may be used again."""

    kind: Literal[DeedKind.UNLOCK] = DeedKind.UNLOCK


class MaintenanceReason(StrEnum):
    """Why a laptop is released for maintenance."""

    UPDATE = "update"
    REPAIR = "repair"
    INSPECTION = "inspection"


class Release(Message):
    """Take the laptop out of service for IT, who may then work on it; it ends in a restart."""

    kind: Literal[DeedKind.RELEASE] = DeedKind.RELEASE
    why: MaintenanceReason


AnyDeed = (
    Admit
    | Resume
    | Extend
    | SendMessage
    | EndSoon
    | CancelEndSoon
    | WriteNote
    | GiveReason
    | GiveHoldReason
    | DeclareNoShow
    | ConfirmPresence
    | WelfareDone
    | Lock
    | Unlock
    | Release
)
