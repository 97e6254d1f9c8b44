"""What a lost second is put down to: one cause, by the first rule that matches. Pure."""

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from contract.words import CallState, Cause, HoldReason

OURS: Final = frozenset(
    {
        Cause.PRISON_NETWORK,
        Cause.LAPTOP,
        Cause.SERVICE,
        Cause.NOT_BROUGHT,
        Cause.OFFICER,
        Cause.ANNOUNCEMENT,
    }
)
THEIRS: Final = frozenset(Cause) - OURS

HELD_FOR: Final = MappingProxyType(
    {
        **dict.fromkeys(HoldReason, Cause.OFFICER),
        HoldReason.PRISONER_BREACH: Cause.PRISONER,
        HoldReason.VISITOR_BREACH: Cause.VISITOR_SIDE,
    }
)


class Stage(Enum):
    """How far the officer is with this booking."""

    NOT_OPENED = "not_opened"
    CHECKING = "checking"
    ADMITTED = "admitted"


@dataclass(frozen=True)
class Circumstances:
    """What holds at one instant. `talking` is both sides receiving each other in a live call."""

    talking: bool = False
    held_for: HoldReason | None = None
    announcement: bool = False
    laptop_up: bool = True  # its power, guard, shell and devices
    service_up: bool = True
    gateway_up: bool = True  # the prison's own network, asked when the service does not answer
    stage: Stage = Stage.NOT_OPENED
    visitor_waiting: bool = False  # in the waiting room
    visitor_has_devices: bool = True
    probe_clean: bool = True  # the relay, or the service where there is none, answers quickly

    @property
    def is_talk(self) -> bool:
        """Whether a millisecond now is talk: an announcement over it is not counted as call time."""
        return self.talking and not self.announcement

    @property
    def is_connecting(self) -> bool:
        """Whether everybody and everything is there, and they do not receive each other yet or any more."""
        is_theirs = self.held_for is None and self.cause() is Cause.VISITOR_SIDE
        return is_theirs and self.visitor_has_devices and not self.talking

    def cause(self) -> Cause:
        """What a millisecond that is lost now is put down to. Total: the last rule always matches."""
        if self.held_for is not None:
            return HELD_FOR[self.held_for]
        if self.announcement:
            return Cause.ANNOUNCEMENT
        if not self.laptop_up:
            return Cause.LAPTOP
        if not self.service_up:
            return Cause.SERVICE if self.gateway_up else Cause.PRISON_NETWORK
        return self._cause_with_all_of_ours_up()

    def _cause_with_all_of_ours_up(self) -> Cause:
        if self.stage is Stage.NOT_OPENED:
            return Cause.NOT_BROUGHT
        if self.stage is Stage.CHECKING:
            return Cause.OFFICER
        if not self.visitor_waiting:
            return Cause.VISITOR_ABSENT
        is_theirs = not self.visitor_has_devices or self.probe_clean
        return Cause.VISITOR_SIDE if is_theirs else Cause.SERVICE


STAGES: Final = MappingProxyType(
    {
        CallState.WAITING: Stage.NOT_OPENED,
        CallState.IDENTITY: Stage.CHECKING,
        **dict.fromkeys((CallState.JOINING, CallState.LIVE, CallState.INTERRUPTED, CallState.HELD), Stage.ADMITTED),
    }
)
