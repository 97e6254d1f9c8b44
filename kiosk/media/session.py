"""One session with a visitor's page, from offer to end. On any fault it shuts its devices first and then says why.

Its connection may be renewed meanwhile: `connections` sees to that.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from contract.media import IceServer
from contract.words import Purpose
from kiosk.errors import KioskError, Unavailable
from kiosk.media.call_devices import CallDevices, Machine
from kiosk.media.connections import Connections
from kiosk.media.facts import CameraNow, Fact, HearsNow, SessionFailed
from kiosk.media.family_view import FamilyView
from kiosk.media.first_error import first_error
from kiosk.media.ladder import SIGNING, TALKING
from kiosk.media.measuring import Measuring
from kiosk.media.own_view import OwnView
from kiosk.media.relay import RelayChoice
from kiosk.media.request import Answer, Candidate, SessionRequest
from kiosk.media.tally import Direction
from kiosk.scenes import CameraFault

log = logging.getLogger(__name__)

SHUT_LIMIT_S: Final = 1.0


@dataclass(frozen=True, slots=True)
class Room:
    """What every session of a room uses."""

    machine: Machine
    family_view: FamilyView
    own_view: OwnView
    on_fact: Callable[[Fact], None]
    relay: RelayChoice


class Session:
    """One attempt to connect. `end` is safe twice, in any state; after it nothing is open and nothing is reported."""

    def __init__(self, request: SessionRequest, room: Room) -> None:
        self._request = request
        self._room = room
        self._sent, self._received = Direction(), Direction()
        self._connections = Connections(request, room.relay, room.family_view, self._received, room.on_fact)
        self._failure: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._closing = False
        self._devices: CallDevices | None = None
        self._shut: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._shutting: asyncio.Task[None] | None = None
        self._task = asyncio.create_task(self._run(), name=f"media-session-{request.session}")

    def tell(self, message: Answer | Candidate) -> None:
        """Hand on what the visitor says to one of our connections; what is said to another is ignored."""
        self._connections.tell(message)

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Let connections that are made from now on go by these servers: what we were told before lapses."""
        self._connections.use(ice_servers)

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Let a new connection, by these servers, take over from the one that stands, or stood until another was begun;
        without one, nothing happens.

        One that is being made already is given up: it was begun from an address that we no longer have.
        """
        self._connections.renew(ice_servers)

    async def shut(self) -> bool:
        """Begin to end, and wait until the devices are shut, SHUT_LIMIT_S at most: whether they are.

        They wait for nothing else of the session to end.
        """
        self._close()
        either: set[asyncio.Future[Any]] = {self._task, self._shut}
        await asyncio.wait(either, timeout=SHUT_LIMIT_S, return_when=asyncio.FIRST_COMPLETED)
        return self.is_shut()

    def is_shut(self) -> bool:
        """Whether the devices are by now; one may let go late."""
        if not self._shut.done():
            return self._task.done()  # it failed before any was opened
        return self._shut.result() or (self._devices is not None and self._devices.are_shut())

    async def end(self) -> None:
        """Shut the devices, then the connection; within two seconds."""
        self._close()
        await asyncio.wait([task for task in (self._task, self._shutting) if task is not None])

    def _close(self) -> None:
        if not self._closing:
            self._closing = True
            self._shutting = asyncio.create_task(self._shut_devices(), name="media-shut")  # whatever else takes time
            self._task.cancel()  # once, and never while it closes: that would cut the shutting short

    async def _run(self) -> None:
        failure = None
        try:
            async with AsyncExitStack() as stack:
                stack.push_async_callback(self._connections.close)
                await self._connect(stack)
        except* KioskError as group:
            failure = str(first_error(group))
        except* Exception:  # our bug, or aiortc's: the session is over either way, and the room lives on
            log.exception("session %s broke", self._connections.name)
            failure = "The media of this session broke."
        if failure is not None:
            log.warning("session %s failed: %s", self._connections.name, failure)
            self._room.on_fact(SessionFailed(self._connections.name, failure))

    async def _connect(self, stack: AsyncExitStack) -> None:
        """Everything that runs while the session is open; the first of it to fail stops the rest."""
        try:
            async with asyncio.TaskGroup() as tasks:
                await self._open(stack, tasks)
                connections, on_fact = self._connections, self._room.on_fact
                measuring = Measuring(connections, self._received, self._sent, self._devices, on_fact)
                work = [self._watch(), connections.run_first(), measuring.run(), self._room.family_view.run()]
                if self._request.purpose is Purpose.CALL:
                    work += [connections.listen(), connections.renewals()]
                for each in work:
                    tasks.create_task(each)
        finally:
            self._closing = True

    async def _open(self, stack: AsyncExitStack, tasks: asyncio.TaskGroup) -> None:
        """Open the devices, and make the offer. What is entered last ends first: devices before the connection."""
        if self._request.purpose is Purpose.CALL:
            machine = self._room.machine
            machine = await (machine.as_it_is_now() if self._request.synthetic else machine.for_a_call())
            devices = CallDevices(machine, self._room.own_view, self._sent, self._fail, self._camera_is)
            self._devices = devices
            stack.push_async_callback(self._shut_devices)
            await devices.open()
            tasks.create_task(devices.watch_camera())
            tasks.create_task(devices.watch_microphone(lambda now: self._room.on_fact(HearsNow(now))))
            devices.pictures.ladder = SIGNING if self._request.signing else TALKING
            self._connections.carry(devices.pictures, devices.voice, play=devices.received.put)
        await self._connections.offer(tasks)

    async def _shut_devices(self) -> None:
        """Safe twice, and at once; nothing is opened for a preview."""
        are_shut = self._devices is None or await self._devices.shut()
        if not self._shut.done():
            self._shut.set_result(are_shut)

    async def _watch(self) -> None:
        raise Unavailable(await self._failure)

    def _fail(self, text: str) -> None:
        """A device failed: no other connection mends that."""
        if not self._failure.done():
            self._failure.set_result(text)

    def _camera_is(self, fault: CameraFault | None) -> None:
        self._room.on_fact(CameraNow(fault))
