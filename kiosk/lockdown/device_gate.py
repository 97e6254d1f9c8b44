"""The one place that opens and shuts the laptop's devices: recorded before they open, and known to be shut after."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from contract.words import Purpose
from kiosk.errors import Unavailable
from kiosk.ipc import CheckYourself, Connect, Disconnect, ToShell
from kiosk.lockdown.recorded_nodes import Nodes, NoNodes, RecordedNodes
from kiosk.policy.numbers import Numbers

LOG: Final = logging.getLogger(__name__)
SELF_CHECK: Final = "self-check"  # no booking: nothing is sent anywhere, so the trail has words of its own for it


class Trail(Protocol):
    """The audit trail, as the gate uses it."""

    def note(self, event: str, data: dict[str, object]) -> None:
        """Record soon."""
        ...

    async def recorded(self, event: str, data: dict[str, object]) -> None:
        """Record now. Raises Unavailable when it is not on the disk."""
        ...


@dataclass(frozen=True)
class Outside:
    """What the gate may do: say something to the shell, end a shell that keeps its devices, say what cannot open."""

    send_on: Callable[[ToShell], None]
    kill: Callable[[], None]
    not_opened: Callable[[Connect], None]
    not_checked: Callable[[], None] = lambda: None  # the same, for the laptop's check of itself


class DeviceGate:
    """The guard's line to the shell: what opens devices waits for its record, what shuts them never waits."""

    def __init__(self, numbers: Numbers, trail: Trail, outside: Outside, nodes: Nodes | None = None) -> None:
        self._trail, self._outside = trail, outside
        self._nodes = RecordedNodes(nodes or NoNodes(), trail)
        self._shut_within_s = numbers.shut_within.total_seconds()
        self._open_for: str | None = None  # the booking whose call has devices, or SELF_CHECK
        self._check: CheckYourself | None = None
        self._checking: asyncio.Task[None] | None = None
        self._wanted: Connect | None = None
        self._opening: dict[tuple[str, Purpose], asyncio.Task[None]] = {}
        self._unanswered = 0  # disconnects that the shell has not said to have obeyed
        self._shutting: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._is_owed = False  # the shell's word that it has shut what the last call opened
        self._can_answer = True  # a shell that is gone owes nothing, and the next one not in its place

    def open(self) -> None:
        """Begin with everything shut: whoever has a device from before, when another guard ran, is ended."""
        self._nodes.withdraw()
        self._nodes.end_holders()

    def send(self, message: ToShell) -> None:
        """Say this to the shell. Returns at once."""
        match message:
            case Connect():
                self._connect(message)
            case Disconnect():
                self._disconnect()
            case CheckYourself(devices=True):
                self._let_check(message)
            case _:
                self._outside.send_on(message)

    def _connect(self, connect: Connect) -> None:
        self._wanted = connect
        what = (connect.booking_id, connect.purpose)
        if connect.purpose is Purpose.CALL and self._open_for == connect.booking_id:
            self._stop_waiting()  # what shuts makes way for what opens
            self._hand_out(connect)
        elif what not in self._opening:  # else what is wanted by then opens when the record is there
            self._opening[what] = asyncio.create_task(self._open(*what), name="record, then open")

    def _let_check(self, check: CheckYourself) -> None:
        """Never beside a call, nor while what another opened is still being shut."""
        if self._wanted is not None or self._open_for is not None or (self._checking and not self._checking.done()):
            self._outside.not_checked()
            return
        self._check = check
        self._checking = asyncio.create_task(self._open_for_check(check), name="record, then let it check itself")

    async def _open_for_check(self, check: CheckYourself) -> None:
        try:
            await self._trail.recorded("self_check_opened", {})
        except Unavailable as error:
            LOG.error("devices stay shut: %s", error)
            self._outside.not_checked()
            return
        if self._check is not check or self._wanted is not None:
            self._trail.note("self_check_shut", {})  # they never opened
            return
        self._open_for = SELF_CHECK
        if self._nodes.grant():
            self._is_owed = False
            self._outside.send_on(check)
        else:
            self._shut_now()
            self._outside.not_checked()

    async def _open(self, booking_id: str, purpose: Purpose) -> None:
        is_call, booking = purpose is Purpose.CALL, dict[str, object](booking_id=booking_id)
        try:
            await self._trail.recorded("devices_opened" if is_call else "preview_opened", booking)
        except Unavailable as error:
            LOG.error("devices stay shut: %s", error)
            if self._wanted is not None and (self._wanted.booking_id, self._wanted.purpose) == (booking_id, purpose):
                self._outside.not_opened(self._wanted)
            return
        finally:
            del self._opening[booking_id, purpose]
        wanted = self._wanted
        if wanted is None or (wanted.booking_id, wanted.purpose) != (booking_id, purpose):
            if is_call:
                self._trail.note("devices_shut", booking)  # they never opened
            return
        if is_call:
            if self._open_for == SELF_CHECK:
                self._are_shut()  # as far as it goes: the call has them now
            self._open_for = booking_id
            self._stop_waiting()
            self._hand_out(wanted)
        else:
            self._outside.send_on(wanted)

    def _hand_out(self, connect: Connect) -> None:
        """The devices first, so that whoever opens them finds them."""
        if self._nodes.grant():
            self._is_owed = False
            self._outside.send_on(connect)
        else:
            self._shut_now()
            self._outside.not_opened(connect)

    def _disconnect(self) -> None:
        self._wanted = self._check = None
        self._unanswered += 1
        self._outside.send_on(Disconnect())
        self._shut_now()

    def _shut_now(self) -> None:
        if self._open_for is not None:
            self._nodes.withdraw()
            self._is_owed = self._can_answer
            self._wait()

    def _wait(self) -> None:
        if self._shutting is None:
            loop = asyncio.get_running_loop()
            self._shutting = loop.call_later(self._shut_within_s, self._not_shut_in_time)

    def _not_shut_in_time(self) -> None:
        self._shutting = None
        self._nodes.end_holders()
        if self._is_owed:
            LOG.error("the shell has not shut its devices; killing it")
            self._outside.kill()
        else:
            self._settle()

    def devices_shut(self) -> None:
        """The shell says that all is shut; only its answer to the newest wish counts."""
        self._unanswered = max(0, self._unanswered - 1)
        opens_none = self._wanted is None or self._wanted.purpose is Purpose.PREVIEW
        if opens_none and self._unanswered == 0:
            self._settle()

    def look(self) -> None:
        """Outside a call nobody has a device: end whoever has one after all. Costs about as much as `ps`.

        A descriptor that was on its way between two processes when the call ended is seen when it arrives.
        """
        if self._open_for is None and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look(), name="look who has a device")

    async def _look(self) -> None:
        """On a thread: a process that does not answer the kernel must not hold up an END."""
        if await asyncio.to_thread(self._nodes.are_held) and self._open_for is None:
            self._nodes.end_holders()

    def shell_came(self) -> None:
        """Another shell: it has nothing open and owes no answer."""
        self._unanswered, self._can_answer = 0, True

    def shell_gone(self) -> None:
        """The shell has ended, and with it every device it had open."""
        self._wanted, self._check, self._unanswered, self._can_answer = None, None, 0, False
        if self._open_for is not None:
            self._nodes.withdraw()
        self._settle()

    def _settle(self) -> None:
        """The shell says that all is shut, or is gone; they are when nobody else has them open either."""
        self._is_owed = False
        if self._open_for is not None and self._nodes.are_held():
            self._wait()  # the sound server needs a moment; who has them open when it is over is ended
        else:
            self._are_shut()

    def _stop_waiting(self) -> None:
        if self._shutting is not None:
            self._shutting.cancel()
            self._shutting = None

    def _are_shut(self) -> None:
        self._stop_waiting()
        if self._open_for == SELF_CHECK:
            self._trail.note("self_check_shut", {})
        elif self._open_for is not None:
            self._trail.note("devices_shut", {"booking_id": self._open_for})
        self._open_for = None

    async def close(self) -> None:
        """Wait for what is being recorded. Safe twice."""
        self._stop_waiting()
        if self._looking is not None:
            self._looking.cancel()
        checking = () if self._checking is None else (self._checking,)
        await asyncio.gather(*self._opening.values(), *checking, return_exceptions=True)

    def shut_all(self) -> None:
        """The guard ends: take everything away, and end who does not let go. Safe twice."""
        self._stop_waiting()
        self.open()
