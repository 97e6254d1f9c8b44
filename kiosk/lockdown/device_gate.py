"""The one place that opens and shuts the laptop's devices: recorded before they open, and known to be shut after."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from contract.words import Purpose
from kiosk.errors import Unavailable
from kiosk.ipc import Connect, Disconnect, ToShell
from kiosk.policy.numbers import Numbers

LOG: Final = logging.getLogger(__name__)


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


class DeviceGate:
    """The guard's line to the shell: what opens devices waits for its record, what shuts them never waits."""

    def __init__(self, numbers: Numbers, trail: Trail, outside: Outside) -> None:
        self._trail, self._outside = trail, outside
        self._shut_within_s = numbers.shut_within.total_seconds()
        self._open_for: str | None = None  # the booking whose call has devices
        self._wanted: Connect | None = None
        self._opening: dict[tuple[str, Purpose], asyncio.Task[None]] = {}
        self._unanswered = 0  # disconnects that the shell has not said to have obeyed
        self._shutting: asyncio.TimerHandle | None = None

    def send(self, message: ToShell) -> None:
        """Say this to the shell. Returns at once."""
        match message:
            case Connect():
                self._connect(message)
            case Disconnect():
                self._disconnect()
            case _:
                self._outside.send_on(message)

    def _connect(self, connect: Connect) -> None:
        self._wanted = connect
        what = (connect.booking_id, connect.purpose)
        if connect.purpose is Purpose.CALL and self._open_for == connect.booking_id:
            self._stop_waiting()  # what shuts makes way for what opens
            self._outside.send_on(connect)
        elif what not in self._opening:  # else what is wanted by then opens when the record is there
            self._opening[what] = asyncio.create_task(self._open(*what), name="record, then open")

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
            self._open_for = booking_id
            self._stop_waiting()
        self._outside.send_on(wanted)

    def _disconnect(self) -> None:
        self._wanted = None
        self._unanswered += 1
        self._outside.send_on(Disconnect())
        if self._open_for is not None and self._shutting is None:
            loop = asyncio.get_running_loop()
            self._shutting = loop.call_later(self._shut_within_s, self._not_shut_in_time)

    def _not_shut_in_time(self) -> None:
        LOG.error("the shell has not shut its devices; killing it")
        self._shutting = None
        self._outside.kill()

    def devices_shut(self) -> None:
        """The shell says that all is shut; only its answer to the newest wish counts."""
        self._unanswered = max(0, self._unanswered - 1)
        if self._wanted is None and self._unanswered == 0:
            self._are_shut()

    def shell_came(self) -> None:
        """Another shell: it has nothing open and owes no answer."""
        self._unanswered = 0

    def shell_gone(self) -> None:
        """The shell has ended, and with it every device it had open."""
        self._wanted, self._unanswered = None, 0
        self._are_shut()

    def _stop_waiting(self) -> None:
        if self._shutting is not None:
            self._shutting.cancel()
            self._shutting = None

    def _are_shut(self) -> None:
        self._stop_waiting()
        if self._open_for is not None:
            self._trail.note("devices_shut", {"booking_id": self._open_for})
            self._open_for = None

    async def close(self) -> None:
        """Wait for what is being recorded. Safe twice."""
        self._stop_waiting()
        await asyncio.gather(*self._opening.values(), return_exceptions=True)
