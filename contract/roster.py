"""The officers of an establishment as a signed document carries them to one laptop; it decides nothing about a try."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from contract.pins import STAFF_NUMBER
from contract.strict import Message
from contract.verifier import VERIFIER

MOST_OFFICERS: Final = 500
LONGEST_NAME: Final = 60
LONGEST_BYTES: Final = 262_144  # of the JSON: 500 officers with the longest names, and little else
StaffNumber = Annotated[str, StringConstraints(pattern=STAFF_NUMBER)]
OfficerName = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_NAME)]
Verifier = Annotated[str, StringConstraints(pattern=VERIFIER)]


class Right(StrEnum):
    """What an officer may do on a laptop."""

    RUN_CALLS = "run_calls"
    MANAGE = "manage"


class RosterOfficer(Message):
    """One officer. One who has left stays, `disabled`: their number is nobody else's, and the audit trail names it."""

    number: StaffNumber
    name: OfficerName
    rights: Annotated[frozenset[Right], Field(max_length=len(Right))]
    verifier: Verifier = Field(repr=False)
    disabled: bool = False


class Roster(Message):
    """Everybody, in the order of their numbers. Its serial and its age are those of the envelope around it."""

    officers: Annotated[tuple[RosterOfficer, ...], Field(max_length=MOST_OFFICERS, strict=False)]

    @model_validator(mode="after")
    def _names_each_once_in_order(self) -> "Roster":
        numbers = [officer.number for officer in self.officers]
        if numbers != sorted(set(numbers)):
            raise ValueError("officers must stand in the order of their numbers, each once")
        return self


ROSTER: TypeAdapter[Roster] = TypeAdapter(Roster)
