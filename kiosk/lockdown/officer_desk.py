"""Where an officer's deeds are asked for: checked, then the PIN, then recorded, then done; one at a time."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, Protocol

from contract.roster import Right
from kiosk.deeds import AnyDeed, Credential
from kiosk.errors import IllegalTransition, KioskError, Refused
from kiosk.ipc import Answered, Asked, ToShell
from kiosk.policy.permissions import LOOSENS, NEEDS_A_MANAGER, DeedKind
from kiosk.ports import Data

LOG: Final = logging.getLogger(__name__)
CLOSES: Final = frozenset({DeedKind.END_SOON, DeedKind.LOCK})  # what closes never waits for the record


class Day(Protocol):
    """The laptop's day, as the desk uses it."""

    def check(self, deed: AnyDeed) -> None:
        """Raises Refused when this may not be done now."""
        ...

    def record_of(self, deed: AnyDeed) -> tuple[str, Data]:
        """How the trail names it."""
        ...

    def perform(self, deed: AnyDeed) -> None:
        """Do it. Raises Refused or IllegalTransition."""
        ...


class Pins(Protocol):
    """Who checks PINs."""

    async def check(self, number: str, pin: str, right: Right) -> str:
        """The officer's number. Raises Refused with one sentence."""
        ...


class Trail(Protocol):
    """The audit trail, as the desk uses it."""

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        """Record soon."""
        ...

    async def recorded(self, event: str, data: Data, actor: str = "guard") -> None:
        """Record now. Raises Unavailable."""
        ...


class OfficerDesk:
    """Answers each `asked` with one `answered`. A PIN authorises one deed, once."""

    def __init__(
        self,
        day: Day,
        pins: Pins,
        trail: Trail,
        answer: Callable[[ToShell], None],
        done: Callable[[], None],
        check_fresh: Callable[[], None],
    ) -> None:
        self._day, self._pins, self._trail, self._answer, self._done = day, pins, trail, answer, done
        self._check_fresh = check_fresh  # raises Refused when the officers known here may no longer be officers
        self._task: asyncio.Task[None] | None = None

    def ask(self, asked: Asked) -> None:
        """Take one request; while another is being answered it is refused."""
        if self._task is not None and not self._task.done():
            self._answer(Answered(accepted=False, text="Another PIN is being checked. Wait a moment."))
            return
        self._task = asyncio.create_task(self._do(asked.officer, asked.deed), name="an officer's deed")

    async def _do(self, officer: Credential, deed: AnyDeed) -> None:
        try:
            self._day.check(deed)
            if deed.kind in LOOSENS:
                self._check_fresh()
            right = Right.MANAGE if deed.kind in NEEDS_A_MANAGER else Right.RUN_CALLS
            actor = f"officer {await self._pins.check(officer.number, officer.pin, right)}"
            self._day.check(deed)  # the call may have gone on while the PIN was checked
            event, data = self._day.record_of(deed)
            if deed.kind in CLOSES:
                self._trail.note(event, data, actor)
            else:
                await self._trail.recorded(event, data, actor)
            self._day.perform(deed)
            self._done()
        except IllegalTransition:
            self._answer(Answered(accepted=False, text="That cannot be done now."))
        except KioskError as error:
            text = str(error) if isinstance(error, Refused) or error.args else "That could not be done."
            self._answer(Answered(accepted=False, text=text))
        except Exception:  # an officer must not wait for ever; nothing was done
            LOG.exception("a deed failed")
            self._answer(Answered(accepted=False, text="That could not be done. Tell IT."))
        else:
            self._answer(Answered(accepted=True, text=DONE[deed.kind]))

    async def close(self) -> None:
        """Let go of what is being checked. Safe twice."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)


DONE: Final = {
    DeedKind.ADMIT: "The call starts.",
    DeedKind.RESUME: "The call goes on.",
    DeedKind.EXTEND: "The call is longer now.",
    DeedKind.SEND_MESSAGE: "Both sides can read it now.",
    DeedKind.END_SOON: "The call ends in 60 seconds.",
    DeedKind.CANCEL_END_SOON: "The call goes on.",
    DeedKind.WRITE_NOTE: "The note is kept.",
    DeedKind.GIVE_REASON: "The reason is kept.",
    DeedKind.GIVE_HOLD_REASON: "The reason is kept.",
    DeedKind.DECLARE_NO_SHOW: "The booking has ended.",
    DeedKind.CONFIRM_PRESENCE: "Thank you.",
    DeedKind.WELFARE_DONE: "The check is kept.",
    DeedKind.LOCK: "The laptop is locked.",
    DeedKind.UNLOCK: "The laptop is unlocked.",
    DeedKind.RELEASE: "The laptop is released for maintenance. It restarts by itself.",
}
