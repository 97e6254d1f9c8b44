"""One session with a visitor's page, from offer to end. On any fault it shuts its devices first and then says why."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any, Final

from aiortc.mediastreams import MediaStreamTrack

from contract.words import Purpose
from kiosk.errors import KioskError, Unavailable, Untrusted
from kiosk.media.call_devices import CallDevices, Machine
from kiosk.media.facts import Fact, Measured, OfferMade, SessionFailed
from kiosk.media.family_view import FamilyView
from kiosk.media.far_words import MOST_CANDIDATES
from kiosk.media.inflow import Inflow
from kiosk.media.own_view import OwnView
from kiosk.media.peer import Peer
from kiosk.media.quality import Quality, QualityWindow
from kiosk.media.request import Answer, Candidate, SessionRequest
from kiosk.media.tally import Direction

log = logging.getLogger(__name__)

MEASURE_EVERY_S: Final = 0.5
CONNECT_LIMIT_S: Final = 20.0  # from the answer to the first packet; ICE itself gives up sooner
MOST_MESSAGES: Final = 80


@dataclass(frozen=True, slots=True)
class Room:
    """What every session of a room uses."""

    machine: Machine
    family_view: FamilyView
    own_view: OwnView
    on_fact: Callable[[Fact], None]


class Session:
    """One attempt to connect. `end` is safe twice, in any state; after it nothing is open and nothing is reported."""

    def __init__(self, request: SessionRequest, room: Room) -> None:
        self.name = request.session
        self._request = request
        self._room = room
        self._sent = Direction()
        self._received = Direction()
        self._messages: asyncio.Queue[Answer | Candidate] = asyncio.Queue(MOST_MESSAGES)
        self._failure: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._connected = asyncio.Event()
        self._closing = False
        self._devices: CallDevices | None = None
        self._speaker_latency_ms: float | None = None
        self._shut: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._run(), name=f"media-session-{request.session}")

    def tell(self, message: Answer | Candidate) -> None:
        """Hand on what the visitor says. Too much of it ends the session."""
        try:
            self._messages.put_nowait(message)
        except asyncio.QueueFull:
            self._fail("The other side sent too many messages.")

    async def shut(self) -> bool:
        """Begin to end, and wait until the devices are shut, a second at most: whether they are."""
        self._close()
        either: set[asyncio.Future[Any]] = {self._task, self._shut}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return not self._shut.done() or self._shut.result()  # without an answer none was ever opened

    async def end(self) -> None:
        """Shut the devices, then the connection; within two seconds."""
        self._close()
        await asyncio.wait([self._task])

    def _close(self) -> None:
        if not self._closing:
            self._closing = True
            self._task.cancel()  # once, and never while it closes: that would cut the shutting short

    async def _run(self) -> None:
        failure = None
        try:
            async with AsyncExitStack() as stack:
                await self._connect(stack)
        except* KioskError as group:
            failure = str(group.exceptions[0])
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
                peer = await self._open(stack)
                for work in (self._watch(), self._measure(peer), self._obey(peer), self._room.family_view.run()):
                    tasks.create_task(work)
        finally:
            self._closing = True

    async def _open(self, stack: AsyncExitStack) -> Peer:
        """Make the connection and the offer. What is entered last ends first: devices before the connection."""
        request = self._request
        peer = Peer(request.ice_servers, self._on_track, self._on_state, relay_only=request.relay_only)
        stack.push_async_callback(peer.close)
        self._play: Callable[[bytes], None] | None = None
        if self._request.purpose is Purpose.CALL:
            machine = self._room.machine
            machine = await (machine.as_it_is_now() if self._request.synthetic else machine.for_a_call())
            devices = CallDevices(machine, self._room.own_view, self._sent, self._fail)
            self._devices = devices
            stack.push_async_callback(self._shut_devices, devices)
            await devices.open()
            peer.send_and_receive(devices.pictures)
            peer.send_and_receive(devices.voice)
            self._play = devices.play
        else:
            self._shut.set_result(True)  # nothing is opened for a preview
            peer.only_receive("video")
        self._room.on_fact(OfferMade(self.name, await peer.offer()))
        return peer

    async def _shut_devices(self, devices: CallDevices) -> None:
        self._shut.set_result(await devices.shut())

    async def _obey(self, peer: Peer) -> None:
        """Act on the visitor's answer and candidates; those that come before the answer wait for it."""
        early: list[Candidate] = []
        candidates = 0
        answered = False
        while True:
            message = await self._messages.get()
            if isinstance(message, Answer):
                await peer.answer(message.untrusted_sdp)
                self._tasks.create_task(self._connect_in_time())
                answered = True
            else:
                candidates += 1
                if candidates > MOST_CANDIDATES:
                    raise Untrusted("The other side sent too many messages.")
                early.append(message)
            while answered and early:
                candidate = early.pop(0)
                await peer.candidate(candidate.untrusted_candidate, candidate.mid)

    async def _connect_in_time(self) -> None:
        try:
            async with asyncio.timeout(CONNECT_LIMIT_S):
                await self._connected.wait()
        except TimeoutError:
            raise Unavailable("The other side could not be reached.") from None

    async def _measure(self, peer: Peer) -> None:
        """Report every half second, and once more when the session ends, so that its totals are known exactly."""
        window = QualityWindow()
        quality = window.read(())
        try:
            while True:
                await asyncio.sleep(MEASURE_EVERY_S)
                if (too_much := peer.excess()) is not None:
                    raise Untrusted(too_much)
                quality = window.read((await peer.stats()).values())
                self._speaker_latency_ms = await self._latency()
                self._room.on_fact(self._measured(quality))
        finally:
            self._room.on_fact(self._measured(quality))

    async def _latency(self) -> float | None:
        """Of the loudspeaker; a sound thread that is stuck for a moment is no reason to end the call."""
        if self._devices is None:
            return None
        try:
            return await self._room.machine.sound.speaker_latency_ms()
        except TimeoutError:
            return None

    def _measured(self, quality: Quality) -> Measured:
        received, sent = self._received, self._sent
        return Measured(
            session=self.name,
            received_video_frames=received.pictures.frames,
            received_video_width=received.pictures.width,
            received_video_height=received.pictures.height,
            received_audio_ms=received.sound.ms,
            received_audio_rms=received.sound.rms,
            sent_video_frames=sent.pictures.frames,
            sent_video_width=sent.pictures.width,
            sent_video_height=sent.pictures.height,
            sent_audio_ms=sent.sound.ms,
            sent_audio_rms=sent.sound.rms,
            loss_percent=quality.loss_percent,
            rtt_ms=quality.rtt_ms,
            far_video_packets=quality.far_video_packets,
            far_audio_packets=quality.far_audio_packets,
            microphone_dbfs=None if self._devices is None else self._devices.microphone_dbfs,
            speaker_latency_ms=self._speaker_latency_ms,
        )

    async def _watch(self) -> None:
        raise Unavailable(await self._failure)

    def _on_track(self, track: MediaStreamTrack) -> None:
        inflow = Inflow(self._received, self._room.family_view, self._play)
        self._tasks.create_task(inflow.read(track))

    def _on_state(self, state: str) -> None:
        match state:
            case "connected":
                self._connected.set()
            case "failed":  # also what a wrong DTLS fingerprint comes to
                self._fail("The connection failed.")
            case "closed":
                self._fail("The other side closed the connection.")

    def _fail(self, text: str) -> None:
        if not self._failure.done():
            self._failure.set_result(text)
