"""The sentences both sides read, in one place, so that the goodbye says the same on the laptop and on the phone."""

from types import MappingProxyType
from typing import Final

from contract.words import Reason, SetMessage

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
        Reason.REVOKED: "The prison could not let this call go ahead. Staff can tell you more.",
    }
)

SET_MESSAGES: Final = MappingProxyType(
    {
        SetMessage.STAY_IN_VIEW: "Please stay where the camera sees you.",
        SetMessage.ONLY_NAMED_PEOPLE: "Only the people on the booking may be in the call.",
        SetMessage.NO_FILMING: "Please do not film or photograph the screen.",
        SetMessage.NO_OTHER_CALLS: "Please do not bring anyone in by another phone or call.",
        SetMessage.BE_DRESSED: "Please make sure everyone is fully dressed.",
        SetMessage.STAY_CALM: "Please keep the call calm.",
        SetMessage.PLEASE_WAIT: "Please wait a moment. An officer is with you.",
        SetMessage.SAY_GOODBYE: "The call will end soon. Please say goodbye.",
        SetMessage.LAST_WARNING: "This is the last warning. If it happens again, the call will end.",
    }
)
