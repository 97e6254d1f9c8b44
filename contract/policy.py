"""The policy of an establishment: every number, time and host that its laptops go by, as one strict text (TOML)."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from pydantic import ConfigDict, Field, model_validator

from contract.envelope import Audience, Serial
from contract.policy_call import Allowance, Calls, People, PickUp, Presence, Quality, Reconnect, Warnings
from contract.policy_laptop import (
    Announcement,
    Camera,
    Clocks,
    Documents,
    FaceAdvice,
    LaptopWaits,
    OfficerRules,
    Retention,
    Updates,
    Words,
)
from contract.policy_network import NetworkPolicy
from contract.policy_text import toml_in
from contract.strict import Message
from contract.words import Line, Moment, Use

LONGEST_VALIDITY: Final = timedelta(days=800)  # two years, and time to sign the next


class Policy(Message):
    """What stands in the text. A section or field that is left out has its default; an unknown one is refused."""

    establishment: Line
    laptop: Line | None = None
    use: Annotated[Use, Field(strict=False)]
    serial: Serial
    valid_from: Moment
    valid_until: Moment
    call: Calls = Calls()
    warnings: Warnings = Warnings()
    allowance: Allowance = Allowance()
    people: People = People()
    pick_up: PickUp = PickUp()
    presence: Presence = Presence()
    reconnect: Reconnect = Reconnect()
    quality: Quality = Quality()
    languages: Words = Words()
    announcement: Announcement = Announcement()
    clock: Clocks = Clocks()
    laptop_waits: LaptopWaits = LaptopWaits()
    retention: Retention = Retention()
    documents: Documents = Documents()
    officers: OfficerRules = OfficerRules()
    updates: Updates = Updates()
    camera: Camera = Camera()
    face_advice: FaceAdvice = FaceAdvice()
    network: NetworkPolicy | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Policy":
        if not timedelta() < self.valid_until - self.valid_from <= LONGEST_VALIDITY:
            raise ValueError(f"valid_until must come after valid_from, and within {LONGEST_VALIDITY.days} days")
        return self

    @model_validator(mode="after")
    def _is_checked_before_the_room_opens(self) -> "Policy":
        if self.pick_up.readiness_known <= self.call.room_opens:
            raise ValueError(
                "pick_up.readiness_known must be longer than call.room_opens: else no laptop checks itself"
            )
        return self

    @property
    def audience(self) -> Audience:
        """For whom it is."""
        return Audience(establishment=self.establishment, laptop=self.laptop)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """From when until when it is valid, in UTC and whole seconds."""
        return (_whole(self.valid_from), _whole(self.valid_until))


def policy_in(untrusted: bytes | str) -> Policy:
    """The policy that a text spells out. Raises PolicyWrong, which names the field and never repeats the text."""
    return toml_in(untrusted, Policy)


class _NetworkAlone(Message):
    """What of a policy of a later version may still be read: nothing but its network."""

    model_config = ConfigDict(extra="ignore")

    network: NetworkPolicy | None = None


def network_in(untrusted: bytes | str) -> NetworkPolicy | None:
    """The network part of a policy, whatever else stands in it. Raises PolicyWrong where that part is wrong itself."""
    return toml_in(untrusted, _NetworkAlone).network


def _whole(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
