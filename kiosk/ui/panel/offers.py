"""The deeds as the officer sees them: order, icon, words, and which of them is chosen in steps. Pure; asks nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from contract.words import EndCode, HoldReason, SetMessage
from kiosk.deeds import (
    AnyDeed,
    CancelEndSoon,
    ConfirmPresence,
    DeclareNoShow,
    DeedKind,
    EndSoon,
    Extend,
    GiveHoldReason,
    GiveReason,
    Lock,
    MaintenanceReason,
    Release,
    Resume,
    SendMessage,
    Unlock,
    WelfareDone,
)
from kiosk.scenes import Panel
from kiosk.ui.words import count, say

ICONS: Final[Mapping[DeedKind, str]] = MappingProxyType(  # in the order in which they stand on the panel
    {
        DeedKind.RESUME: "resume",
        DeedKind.END_SOON: "clock",
        DeedKind.CANCEL_END_SOON: "undo",
        DeedKind.SEND_MESSAGE: "message",
        DeedKind.EXTEND: "extend",
        DeedKind.WRITE_NOTE: "pencil",
        DeedKind.CONFIRM_PRESENCE: "eye",
        DeedKind.WELFARE_DONE: "welfare",
        DeedKind.GIVE_REASON: "question",
        DeedKind.GIVE_HOLD_REASON: "question",
        DeedKind.DECLARE_NO_SHOW: "person_off",
        DeedKind.LOCK: "lock",
        DeedKind.UNLOCK: "lock_open",
        DeedKind.RELEASE: "laptop_off",
    }
)
PLAIN: Final[Mapping[DeedKind, AnyDeed]] = MappingProxyType(  # nothing to choose: straight to the PIN
    {
        DeedKind.RESUME: Resume(),
        DeedKind.END_SOON: EndSoon(),
        DeedKind.CANCEL_END_SOON: CancelEndSoon(),
        DeedKind.DECLARE_NO_SHOW: DeclareNoShow(),
        DeedKind.CONFIRM_PRESENCE: ConfirmPresence(),
        DeedKind.WELFARE_DONE: WelfareDone(),
        DeedKind.LOCK: Lock(),
        DeedKind.UNLOCK: Unlock(),
    }
)


@dataclass(frozen=True)
class Choice:
    """One thing to choose; `name` is its key's object name."""

    name: str
    word: str
    deed: AnyDeed


def in_order(panel: Panel) -> tuple[DeedKind, ...]:
    """The deeds that `panel` offers, always in the same order; a deed with a scene of its own is not among them."""
    return tuple(kind for kind in ICONS if kind in panel.deeds)


def title(kind: DeedKind) -> str:
    """The deed in words."""
    return say(f"panel.deed.{kind.value}")


def choices(kind: DeedKind, panel: Panel) -> tuple[Choice, ...]:
    """What there is to choose for a deed; nothing for a plain one."""
    match kind:
        case DeedKind.SEND_MESSAGE:
            return tuple(_message(message) for message in SetMessage)
        case DeedKind.EXTEND:
            return tuple(_minutes(minutes) for minutes in panel.extend_minutes)
        case DeedKind.GIVE_REASON:
            return tuple(_end_code(code) for code in EndCode)
        case DeedKind.GIVE_HOLD_REASON:
            return tuple(_hold_reason(reason) for reason in HoldReason if reason is not HoldReason.OFFICER)
        case DeedKind.RELEASE:
            return tuple(_maintenance(why) for why in MaintenanceReason)
        case _:
            return ()


def in_words(deed: AnyDeed) -> str:
    """A deed that is made out, for the head of the keypad."""
    match deed:
        case Extend(minutes=minutes):
            return count("panel.extend", minutes)
        case GiveReason(code=code):
            return say(f"panel.end_code.{code.value}")
        case GiveHoldReason(reason=reason):
            return say(f"panel.hold_reason.{reason.value}")
        case Release(why=why):
            return say(f"panel.maintenance.{why.value}")
        case SendMessage(message=message):
            return say(f"panel.message.{message.value}")
        case _:
            return title(deed.kind)


def _message(message: SetMessage) -> Choice:
    return _choice(f"message_{message.value}", SendMessage(message=message))


def _minutes(minutes: int) -> Choice:
    return _choice(f"extend_{minutes}", Extend(minutes=minutes))


def _end_code(code: EndCode) -> Choice:
    return _choice(f"reason_{code.value}", GiveReason(code=code))


def _hold_reason(reason: HoldReason) -> Choice:
    return _choice(f"hold_reason_{reason.value}", GiveHoldReason(reason=reason))


def _maintenance(why: MaintenanceReason) -> Choice:
    return _choice(f"maintenance_{why.value}", Release(why=why))


def _choice(name: str, deed: AnyDeed) -> Choice:
    return Choice(name, in_words(deed), deed)
