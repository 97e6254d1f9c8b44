"""The sentences both sides read, in one place, so that the goodbye says the same on the laptop and on the phone."""

from types import MappingProxyType
from typing import Final

from contract.words import Reason

WHY_IT_ENDED: Final = MappingProxyType(
    {
        Reason.TIME_UP: "The time was up.",
        Reason.PRISONER_LEFT: "The call was left on the laptop in the prison.",
        Reason.VISITOR_LEFT: "The family left the call.",
        Reason.OFFICER_ENDED: "An officer ended the call.",
        Reason.VISITOR_NEVER_CAME: "The family did not join in time.",
        Reason.NEVER_STARTED: "The prison did not start the call. This is not your fault.",
        Reason.NEVER_CONNECTED: "The call could not be connected. This is not your fault.",
        Reason.CANCELLED: "The call was cancelled.",
    }
)
