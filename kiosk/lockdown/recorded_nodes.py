"""The devices as the gate uses them: what the machine refuses is recorded and never raised. It decides nothing."""

import logging
from typing import Final, Protocol

from kiosk.lockdown.holders import Holder

LOG: Final = logging.getLogger(__name__)


class Notes(Protocol):
    """The audit trail, for what has happened."""

    def note(self, event: str, data: dict[str, object]) -> None:
        """Record soon; never waits."""
        ...


class Nodes(Protocol):
    """The devices as the operating system hands them out; each may raise OSError."""

    def grant(self) -> None:
        """Hand them out for a call. Safe twice."""
        ...

    def withdraw(self) -> None:
        """Let nobody open them again. Safe twice."""
        ...

    def holders(self) -> tuple[Holder, ...]:
        """Who has one open."""
        ...

    def end_holders(self) -> tuple[Holder, ...]:
        """Kill whoever has one open, and say who that was."""
        ...


class NoNodes:
    """A demo's devices: its shell opens them by itself, and only its word says that they are shut."""

    def grant(self) -> None:
        """Nothing to hand out."""

    def withdraw(self) -> None:
        """Nothing to take away."""

    def holders(self) -> tuple[Holder, ...]:
        """Not looked for."""
        return ()

    def end_holders(self) -> tuple[Holder, ...]:
        """Not looked for."""
        return ()


class RecordedNodes:
    """Never raises, and never waits: closing must go on whatever the machine says."""

    def __init__(self, nodes: Nodes, trail: Notes) -> None:
        self._nodes, self._trail = nodes, trail

    def grant(self) -> bool:
        """Hand them out: whether that could be done."""
        try:
            self._nodes.grant()
        except OSError as error:
            LOG.error("the devices cannot be handed out: %s", error)
            self._trail.note("devices_not_granted", {"why": _why(error)})
            return False
        return True

    def withdraw(self) -> None:
        """Let nobody open them again; one that stays open to others is lost to `devices`, the measure, which looks."""
        try:
            self._nodes.withdraw()
        except OSError as error:
            LOG.error("a device could not be taken away: %s", error)
            self._trail.note("devices_not_withdrawn", {"why": _why(error)})

    def are_held(self) -> bool:
        """Whether anybody has one open; also when that cannot be seen."""
        try:
            return bool(self._nodes.holders())
        except OSError as error:
            LOG.error("it cannot be seen who has the devices: %s", error)
            return True

    def end_holders(self) -> None:
        """Kill whoever kept one; that is recorded."""
        try:
            ended = self._nodes.end_holders()
        except OSError as error:
            LOG.error("it cannot be seen who has the devices: %s", error)
            return
        for holder in ended:
            LOG.error("process %s (%s) kept a device open and was killed", holder.pid, holder.name)
            self._trail.note("device_holder_killed", {"pid": holder.pid, "uid": holder.uid, "name": holder.name})


def _why(error: OSError) -> str:
    return f"{type(error).__name__}: {error.strerror or error}"[:200]
