"""One session with a visitor's page, from offer to end. On any fault it shuts its devices first and then says why.

Its connection may be renewed: a new one is made while the old one runs, and takes over once it stands.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from aiortc.mediastreams import MediaStreamTrack

from contract.media import IceServer
from contract.words import Purpose
from kiosk.errors import KioskError, Unavailable
from kiosk.media.call_devices import CallDevices, Machine
from kiosk.media.facts import CameraNow, Fact, HearsNow, Joined, Measured, OfferMade, Renewed, SessionFailed
from kiosk.media.family_view import FamilyView
from kiosk.media.inflow import Inflow
from kiosk.media.joining import FIRST_MEDIA, Step
from kiosk.media.ladder import SIGNING, TALKING
from kiosk.media.leg import Leg
from kiosk.media.lending import Lending
from kiosk.media.own_view import OwnView
from kiosk.media.playout import Heard
from kiosk.media.quality import Quality
from kiosk.media.received_sound import ReceivedSound
from kiosk.media.relay import RelayChoice
from kiosk.media.request import Answer, Candidate, SessionRequest
from kiosk.media.silence import LOOK_EVERY_S
from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.sound_packets import SoundPacket
from kiosk.media.tally import Direction
from kiosk.media.tracks import PictureTrack
from kiosk.media.turns import Turns
from kiosk.scenes import CameraFault

log = logging.getLogger(__name__)

MEASURE_EVERY_S: Final = 0.5
RENEW_LIMIT_S: Final = 6.0  # from the wish to the new connection; then another try, if it is still needed
RENEW_PAUSE_S: Final = 0.5
SHUT_LIMIT_S: Final = 1.0
LINGER_S: Final = 1.0  # the old one, after the new one stands: its last packets are still on their way


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
        self.name = request.session
        self._request = request
        self._room = room
        self._sent = Direction()
        self._received = Direction()
        self._heard: ReceivedSound | None = None
        self._turns = Turns()
        self._lendings: list[Lending] = []
        self._play: Callable[[SoundPacket], None] | None = None
        self._legs: list[Leg] = []  # that are not closed yet; the newest last
        self._next: Leg | None = None  # is to take over from `_leg`, and does not stand yet
        self._begun = 0
        self._leg = self._begin()
        self._failure: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._renewal_due, self._moved = asyncio.Event(), asyncio.Event()
        self._pictures: PictureTrack | None = None
        self._closing = False
        self._devices: CallDevices | None = None
        self._shut: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._shutting: asyncio.Task[None] | None = None
        self._task = asyncio.create_task(self._run(), name=f"media-session-{request.session}")

    def tell(self, message: Answer | Candidate) -> None:
        """Hand on what the visitor says to one of our connections; what is said to another is ignored."""
        for leg in self._legs:
            if leg.name == message.session:
                leg.tell(message)

    def use(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Let connections that are made from now on go by these servers: what we were told before lapses."""
        self._request = replace(self._request, ice_servers=ice_servers)

    def renew(self, ice_servers: tuple[IceServer, ...]) -> None:
        """Let a new connection, by these servers, take over from the one that stands, or stood until another was begun;
        without one, nothing happens.

        One that is being made already is given up: it was begun from an address that we no longer have.
        """
        self.use(ice_servers)
        if self._leg.is_connected or self._next is not None:
            self._renewal_due.set()
            self._moved.set()
            if self._next is not None:
                self._next.fail("This laptop has another address again.")

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
                stack.push_async_callback(self._close_all)
                await self._connect(stack)
        except* KioskError as group:
            failure = str(_first(group))
        except* Exception:  # our bug, or aiortc's: the session is over either way, and the room lives on
            log.exception("session %s broke", self.name)
            failure = "The media of this session broke."
        if failure is not None:
            log.warning("session %s failed: %s", self.name, failure)
            self._room.on_fact(SessionFailed(self.name, failure))

    async def _connect(self, stack: AsyncExitStack) -> None:
        """Everything that runs while the session is open; the first of it to fail stops the rest."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                await self._open(stack)
                work = [self._watch(), self._keep(self._leg), self._measure(), self._room.family_view.run()]
                if self._request.purpose is Purpose.CALL:
                    work += [self._listen(), self._renewals()]
                for each in work:
                    tasks.create_task(each)
        finally:
            self._closing = True

    async def _open(self, stack: AsyncExitStack) -> None:
        """Open the devices, and make the offer. What is entered last ends first: devices before the connection."""
        if self._request.purpose is Purpose.CALL:
            machine = self._room.machine
            machine = await (machine.as_it_is_now() if self._request.synthetic else machine.for_a_call())
            devices = CallDevices(machine, self._room.own_view, self._sent, self._fail, self._camera_is)
            self._devices = devices
            stack.push_async_callback(self._shut_devices)
            await devices.open()
            self._tasks.create_task(devices.watch_camera())
            self._tasks.create_task(devices.watch_microphone(lambda now: self._room.on_fact(HearsNow(now))))
            self._lendings = [Lending(devices.pictures), Lending(devices.voice)]
            self._pictures, self._heard = devices.pictures, devices.received
            self._pictures.ladder = SIGNING if self._request.signing else TALKING
            self._play = devices.received.put
            self._leg.joining.reached(Step.DEVICES)
        self._prepare(self._leg)
        self._leg.take_over()
        self._room.on_fact(OfferMade(self._leg.name, await self._leg.offer()))

    async def _shut_devices(self) -> None:
        """Safe twice, and at once; nothing is opened for a preview."""
        are_shut = self._devices is None or await self._devices.shut()
        if not self._shut.done():
            self._shut.set_result(are_shut)

    # ---- connections ----

    def _begin(self) -> Leg:
        number, self._begun = self._begun, self._begun + 1  # none twice: what is said to one is never another's
        name = self._request.session if number == 0 else f"{self._request.session[:56]}-{number}"
        self._legs.append(Leg(name, number, self._request, self._room.relay, self._read))
        return self._legs[-1]

    def _prepare(self, leg: Leg) -> None:
        for lending in self._lendings:
            leg.borrow(lending)
        if not self._lendings:
            leg.peer.only_receive("video")

    async def _keep(self, leg: Leg) -> None:
        """Run a connection; its end is the session's, unless another has taken over or is about to."""
        try:
            await leg.run()
        except* Unavailable as group:
            why = str(_first(group))
            if leg is self._leg and self._next is None:
                raise Unavailable(why) from None
            leg.fail(why)
            log.info("connection %s is over: %s", leg.name, why)

    async def _listen(self) -> None:
        """A connection that falls silent is to be renewed: before anybody knows whether it will come back."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if self._next is None and self._leg.has_fallen_silent():
                self._renewal_due.set()

    async def _renewals(self) -> None:
        while True:
            await self._renewal_due.wait()
            self._renewal_due.clear()
            self._moved.clear()
            await self._renew()
            if not self._leg.is_connected and not self._moved.is_set():
                raise Unavailable("The connection was lost, and no other took over.")
            with suppress(TimeoutError):
                async with asyncio.timeout(RENEW_PAUSE_S):
                    await self._moved.wait()

    async def _renew(self) -> None:
        """Make before break (decision 029). What is let go of is closed meanwhile: that may take a while."""
        leg = self._next = self._begin()
        self._prepare(leg)
        running = self._tasks.create_task(self._keep(leg))
        try:
            async with asyncio.timeout(RENEW_LIMIT_S):
                self._room.on_fact(OfferMade(leg.name, await leg.offer(), renews=self._leg.name))
                await leg.settled()
        except (Unavailable, TimeoutError) as error:
            log.info("connection %s came to nothing: %s", leg.name, error or "no answer in time")
        finally:
            self._next = None
        if leg.is_connected:
            self._let_take_over(leg)
        else:
            running.cancel()
            self._tasks.create_task(self._part(leg, 0))

    def _let_take_over(self, leg: Leg) -> None:
        before, self._leg = self._leg, leg
        leg.take_over()
        self._room.on_fact(Renewed(before.name, leg.name))
        self.name = leg.name
        self._tasks.create_task(self._part(before, LINGER_S))

    async def _part(self, leg: Leg, after_s: float) -> None:
        await asyncio.sleep(after_s)
        leg.fail("Another connection has taken over.")
        await leg.peer.close()
        self._legs.remove(leg)  # not before: cut short, it is closed with the session

    async def _close_all(self) -> None:
        await asyncio.gather(*(leg.peer.close() for leg in self._legs))

    # ---- what comes and goes ----

    async def _watch(self) -> None:
        raise Unavailable(await self._failure)

    def _fail(self, text: str) -> None:
        """A device failed: no other connection mends that."""
        if not self._failure.done():
            self._failure.set_result(text)

    async def _measure(self) -> None:
        """Report every half second, and once more when the session ends, so that its totals are known exactly."""
        quality = Quality()
        try:
            while True:
                await asyncio.sleep(MEASURE_EVERY_S)
                quality = await self._leg.read_quality()
                self._room.on_fact(self._measured(quality))
        finally:
            self._room.on_fact(self._measured(quality))

    def _measured(self, quality: Quality) -> Measured:
        received, sent = self._received, self._sent
        real = received.sound if self._heard is None else self._heard.tally
        heard = Heard() if self._heard is None else self._heard.heard
        plan = None if self._pictures is None else self._pictures.plan
        queued_ms = 0 if self._heard is None else self._heard.queued_ms
        return Measured(
            session=self.name,
            received_video_frames=received.pictures.frames,
            received_video_width=received.pictures.width,
            received_video_height=received.pictures.height,
            received_audio_ms=real.ms,
            received_audio_rms=real.rms,
            sent_video_frames=sent.pictures.frames,
            sent_video_width=sent.pictures.width,
            sent_video_height=sent.pictures.height,
            sent_audio_ms=sent.sound.ms,
            sent_audio_rms=sent.sound.rms,
            loss_percent=quality.loss_percent,
            rtt_ms=quality.rtt_ms,
            far_video_packets=quality.far_video_packets,
            far_audio_packets=quality.far_audio_packets,
            concealed_audio_ms=heard.concealed * 1000 // SAMPLE_RATE,
            sent_video_rung="" if plan is None else str(plan.rung or "sound alone"),
            sent_video_kbps=0 if plan is None else plan.bps // 1000,
            playout_delay_ms=round(heard.delay * 1000 / SAMPLE_RATE) + queued_ms,
            microphone_dbfs=None if self._devices is None else self._devices.microphone_dbfs,
            speaker_latency_ms=None if self._devices is None else self._room.machine.sound.speaker_latency_ms,
        )

    def _read(self, track: MediaStreamTrack, leg: Leg) -> None:
        def passes(kind: str) -> bool:
            if leg.joining.reached(FIRST_MEDIA[kind]) and leg.joining.is_complete:
                self._room.on_fact(Joined(leg.name, leg.joining.ms()))
            return self._turns.passes(kind, leg.number)

        inflow = Inflow(self._received, self._room.family_view, self._play, passes)
        self._tasks.create_task(self._read_to_the_end(inflow, track, leg))

    def _camera_is(self, fault: CameraFault | None) -> None:
        self._room.on_fact(CameraNow(fault))

    @staticmethod
    async def _read_to_the_end(inflow: Inflow, track: MediaStreamTrack, leg: Leg) -> None:
        try:
            await inflow.read(track)
        except Unavailable as error:
            leg.fail(str(error))


def _first(group: BaseExceptionGroup[Any]) -> BaseException:
    """The first error of a group, however deep it lies."""
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
