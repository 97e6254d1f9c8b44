"""Who may do what, and when: keys need nobody's leave and loosen nothing, deeds need an officer's own PIN."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from contract.words import CallState


class DeedKind(StrEnum):
    """Every deed that needs a PIN."""

    ADMIT = "admit"
    RESUME = "resume"
    EXTEND = "extend"
    SEND_MESSAGE = "send_message"
    END_SOON = "end_soon"
    CANCEL_END_SOON = "cancel_end_soon"
    WRITE_NOTE = "write_note"
    GIVE_REASON = "give_reason"
    GIVE_HOLD_REASON = "give_hold_reason"
    DECLARE_NO_SHOW = "declare_no_show"
    CONFIRM_PRESENCE = "confirm_presence"
    WELFARE_DONE = "welfare_done"
    LOCK = "lock"
    UNLOCK = "unlock"
    RELEASE = "release"


_S = CallState
ADMITTED: Final = frozenset({_S.JOINING, _S.LIVE, _S.INTERRUPTED, _S.HELD})
_ANY: Final = frozenset(_S)

IN_STATES: Final = MappingProxyType(
    {
        DeedKind.ADMIT: frozenset({_S.IDENTITY}),
        DeedKind.RESUME: frozenset({_S.HELD}),
        DeedKind.EXTEND: ADMITTED,
        DeedKind.SEND_MESSAGE: ADMITTED,
        DeedKind.END_SOON: ADMITTED,
        DeedKind.CANCEL_END_SOON: ADMITTED,
        DeedKind.GIVE_HOLD_REASON: frozenset({_S.HELD}),
        DeedKind.DECLARE_NO_SHOW: frozenset({_S.WAITING, _S.IDENTITY, _S.JOINING}),
        DeedKind.CONFIRM_PRESENCE: ADMITTED,
        DeedKind.GIVE_REASON: frozenset({_S.ENDED}),
        DeedKind.WELFARE_DONE: _ANY,
        DeedKind.WRITE_NOTE: _ANY,
        DeedKind.LOCK: _ANY,
        DeedKind.UNLOCK: _ANY,
        DeedKind.RELEASE: frozenset({_S.WAITING, _S.ENDED}),
    }
)
WITHOUT_A_CALL: Final = frozenset({DeedKind.WRITE_NOTE, DeedKind.LOCK, DeedKind.UNLOCK, DeedKind.RELEASE})
LOOSENS: Final = frozenset(  # what lets more happen than would without it
    {
        DeedKind.ADMIT,
        DeedKind.RESUME,
        DeedKind.EXTEND,
        DeedKind.SEND_MESSAGE,
        DeedKind.CANCEL_END_SOON,
        DeedKind.UNLOCK,
        DeedKind.RELEASE,
    }
)
NEEDS_A_MANAGER: Final = frozenset({DeedKind.RELEASE})


def may(deed: DeedKind, state: CallState | None) -> bool:
    """Whether the deed means anything for a call in this state; None is a laptop without a call."""
    return deed in WITHOUT_A_CALL if state is None else state in IN_STATES[deed]
