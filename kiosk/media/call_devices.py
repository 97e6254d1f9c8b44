"""Camera, microphone and loudspeaker of one call, or what stands in for them: opened together, shut together."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from av import VideoFrame

from kiosk.errors import Unavailable
from kiosk.hearing import Hearing
from kiosk.media.camera import Camera
from kiosk.media.camera_watch import CameraWatch
from kiosk.media.cameras import is_handed_out
from kiosk.media.facts import DevicesFound
from kiosk.media.microphone import MicrophoneBlocks
from kiosk.media.microphone_watch import MicrophoneWatch
from kiosk.media.own_view import OwnView
from kiosk.media.pace import Pace
from kiosk.media.picture_feed import PictureFeed, PictureSource
from kiosk.media.plain_picture import plain_picture
from kiosk.media.received_sound import ReceivedSound
from kiosk.media.sound import Sound
from kiosk.media.synthetic_picture import SyntheticPicture
from kiosk.media.synthetic_tone import SyntheticTone
from kiosk.media.tally import Direction
from kiosk.media.tracks import PictureTrack, SoundTrack
from kiosk.media.unheard import Unheard
from kiosk.scenes import CameraFault

log = logging.getLogger(__name__)

HANDED_OUT_WITHIN_S: Final = 10.0  # a sound server that is asked while the laptop is still starting needs some of it
LOOK_EVERY_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Machine:
    """What this machine has, all of it shut."""

    camera: str | None
    microphone: bool
    speaker: bool
    sound: Sound

    @property
    def found(self) -> DevicesFound:
        """The same, as a fact."""
        return DevicesFound(self.camera is not None, self.microphone, self.speaker)

    async def for_a_call(self) -> "Machine":
        """The same, with the sound devices as they are now. Raises Unavailable with the sentence that bars a real call.

        Where devices are handed out, the sound server is given its card as the call begins, and may take a moment.
        One that goes after that bars nothing.
        """
        machine, loop = self, asyncio.get_running_loop()
        until = loop.time() + (HANDED_OUT_WITHIN_S if self.camera is not None and is_handed_out(self.camera) else 0.0)
        while machine.what_is_missing() is not None:
            machine = await machine.as_it_is_now()
            if (missing := machine.what_is_missing()) is None:
                break
            if loop.time() >= until:
                raise Unavailable(missing)
            await asyncio.sleep(LOOK_EVERY_S)
        return machine

    async def as_it_is_now(self) -> "Machine":
        """The same, with the sound devices as they are now."""
        return replace(self, **(await self.sound.find())._asdict())

    def what_is_missing(self) -> str | None:
        """The sentence that bars a real call on this machine, or None."""
        if self.camera is None:
            return "This laptop has no working camera."
        if not self.microphone:
            return "This laptop has no working microphone."
        return None if self.speaker else "This laptop has no working loudspeaker."


class CallDevices:
    """The devices of one call. Nothing is open until `open`; after `shut` nothing more passes. Belongs to the loop."""

    def __init__(
        self,
        machine: Machine,
        own_view: OwnView,
        sent: Direction,
        on_failed: Callable[[str], None],
        on_camera: Callable[[CameraFault | None], None] = lambda _fault: None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self._machine = machine
        self._own_view = own_view

        def failed(text: str) -> None:
            loop.call_soon_threadsafe(on_failed, text)

        self._on_failed = failed
        self._on_camera = on_camera
        self._blocks = MicrophoneBlocks(on_failed)
        self._feed = PictureFeed(self._open_pictures, self._on_picture, self._on_failed)
        self.received = ReceivedSound()
        self._unheard = Unheard()
        self.pictures = PictureTrack(sent.pictures)
        self.voice = SoundTrack(self._blocks if machine.microphone else SyntheticTone(), sent.sound)

    async def open(self) -> None:
        """Open them all. Raises Unavailable, but not for the camera: see `watch_camera`."""
        self._feed.start()
        if self._machine.microphone:
            await self._machine.sound.open_microphone(self._blocks.hear, self._on_failed)
        if self._machine.speaker:
            await self._machine.sound.open_speaker(self.received, self._on_failed)
        else:
            self._unheard.start(self.received)

    async def watch_camera(self) -> None:
        """Until cancelled: report to `on_camera` what is wrong with it. The call goes on; it is opened by itself."""
        await CameraWatch(self._feed.fault, self._camera_is).run()

    @property
    def microphone_dbfs(self) -> float | None:
        """How loud the microphone is just now; None where there is none, or none any more."""
        is_there = self._machine.microphone and self._machine.sound.has_microphone
        return self._blocks.level.dbfs if is_there else None

    @property
    def speaker_latency_ms(self) -> float | None:
        """How long what is played takes from here to the ear, as far as is known."""
        return self._machine.sound.speaker_latency_ms

    async def watch_microphone(self, on_hearing: Callable[[Hearing | None], None]) -> None:
        """Until cancelled: tell what the microphone hears, for the eye, whenever that is another step."""
        await MicrophoneWatch(lambda: self.microphone_dbfs, on_hearing).run()

    def stop(self) -> None:
        """From now on nothing more passes. Returns at once; safe twice."""
        self._feed.stop()
        self._blocks.mute()
        self.received.shut()

    async def shut(self) -> bool:
        """Shut them all within a second: whether they are. Safe twice, and after a failed `open`."""
        self.stop()
        await self._unheard.stop()
        feed, sound = await asyncio.gather(self._feed.shut(), self._machine.sound.shut(), return_exceptions=True)
        if feed is not True:
            log.error("the camera did not let go in time")
        if sound is not True:
            log.error("the sound devices did not shut in time: %r", sound)
        return feed is True and sound is True

    def are_shut(self) -> bool:
        """Whether they are by now, after a `shut` that was not done in time."""
        return self._feed.is_shut() and self._machine.sound.is_shut()

    def _open_pictures(self) -> PictureSource:
        return SyntheticPicture(Pace()) if self._machine.camera is None else Camera(self._machine.camera)

    def _camera_is(self, fault: CameraFault | None) -> None:
        if fault not in (None, CameraFault.COVERED):
            self.pictures.put(plain_picture())  # once: nobody looks at a face that stands still
            self._own_view.blank()
        self._on_camera(fault)

    def _on_picture(self, frame: VideoFrame) -> None:
        self.pictures.put(frame)
        self._own_view.show(frame)
