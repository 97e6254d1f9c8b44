"""The sound devices of a call, seen from the loop: finds, opens, follows and shuts them. Opens nothing by itself."""

import asyncio
import logging
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

from kiosk.errors import Unavailable
from kiosk.media.blocks import Plays
from kiosk.media.device_watch import DeviceWatch, input_named, output_named
from kiosk.media.followed import Followed
from kiosk.media.microphone import Microphone
from kiosk.media.pulse_line import LAPTOPS_OWN
from kiosk.media.silence_between import SilenceBetween
from kiosk.media.sound_choice import Choice
from kiosk.media.sound_thread import SoundThread, has_qt
from kiosk.media.speaker import Speaker

log = logging.getLogger(__name__)

T = TypeVar("T")

OPEN_LIMIT_S: Final = 10.0  # it bounds a server that hangs; one that is slow still gives sound
SHUT_LIMIT_S: Final = 0.5


class Lent(Protocol):
    """An open device."""

    def shut(self) -> None:
        """Let go of it; on the sound thread."""
        ...


class SoundFound(NamedTuple):
    """Which sound devices there are."""

    microphone: bool = False
    speaker: bool = False


class Sound:
    """At most one microphone and one loudspeaker: the right ones at each moment. Every method belongs to the loop.

    `on_changed` is called on the loop with what there is now, whenever that is something else; never before `find`.
    The sound server at `ours` is asked for an echo canceller; no other is.
    """

    def __init__(
        self, on_changed: Callable[[SoundFound], None] = lambda _found: None, ours: Path = LAPTOPS_OWN
    ) -> None:
        self._on_changed, self._ours = on_changed, ours
        self._thread: SoundThread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_lost = False  # Qt has given the sound server up: only another process has sound again
        self._watch: DeviceWatch | None = None  # this and `_open`: touched on the sound thread only
        self._open: list[Lent] = []
        self._letting_go: asyncio.Future[None] | None = None  # the newest, which ends after all before it
        self._found = SoundFound()  # this and the next: written there, whole at any moment for whoever reads
        self._speaker_latency_ms: float | None = None

    async def find(self) -> SoundFound:
        """Look for devices, opening none; from then on changes are followed."""
        if not has_qt():
            return SoundFound()
        if self._thread is None:
            self._loop = asyncio.get_running_loop()
            self._thread = SoundThread()
        try:
            return await self._on_thread(self._find, OPEN_LIMIT_S)
        except Unavailable as error:
            log.error("no sound is found: %s", error)
            return SoundFound()

    async def open_microphone(self, on_heard: Callable[[bytes], None], on_failed: Callable[[str], None]) -> None:
        """Open the microphone; both callbacks come on the sound thread. Raises Unavailable.

        From now on `on_heard` gets sound without a gap: silence while there is no microphone. `on_failed` is for one
        that is there and does not work, however often it is opened.
        """

        def open_both() -> None:
            steady = SilenceBetween(on_heard)
            self._open.append(steady)
            self._follow(self._microphone_name, lambda name, died: _microphone(name, steady.hear, died), on_failed)

        await self._on_thread(open_both, OPEN_LIMIT_S)

    async def open_speaker(self, sound: Plays, on_failed: Callable[[str], None]) -> None:
        """Open the loudspeaker, and follow where it should play. Raises Unavailable."""

        def heard_after(milliseconds: float) -> None:
            self._speaker_latency_ms = milliseconds

        def open_one(name: str, died: Callable[[str], None]) -> Speaker:
            return _speaker(name, sound, died, heard_after)

        await self._on_thread(lambda: self._follow(self._speaker_name, open_one, on_failed), OPEN_LIMIT_S)

    @property
    def speaker_latency_ms(self) -> float | None:
        """How long what is played takes from here to the ear, as far as is known; None where nothing is played."""
        return self._speaker_latency_ms

    @property
    def has_microphone(self) -> bool:
        """Whether there is one now, as far as the sound server has said."""
        return self._found.microphone

    async def choice(self) -> Choice:
        """Which devices are to be used now, by name; none where there is no sound at all."""
        if self._thread is None:
            return Choice()
        return await self._on_thread(lambda: Choice() if self._watch is None else self._watch.choice, OPEN_LIMIT_S)

    async def lend(self, open_device: Callable[[], Lent]) -> int:
        """Open a device for a self-test, outside any call: its number. Raises Unavailable.

        It is made, kept and dropped on the sound thread: Qt's own parts of it may live nowhere else.
        """

        def lend() -> int:
            self._check()
            self._open.append(open_device())
            return id(self._open[-1])

        return await self._on_thread(lend, OPEN_LIMIT_S)

    async def take_back(self, numbers: Collection[int]) -> None:
        """Shut what was lent. Waits SHUT_LIMIT_S at most, as `shut` does, which shuts it too. Safe twice."""

        def shut() -> None:
            for device in [each for each in self._open if id(each) in numbers]:
                self._open.remove(device)
                device.shut()

        await self._let_go(shut)

    async def shut(self) -> bool:
        """Shut whatever is open, and what is still being opened: whether it is done. Waits SHUT_LIMIT_S at most.

        Safe twice.
        """
        return await self._let_go(self._shut_all)

    def is_shut(self) -> bool:
        """Whether what `shut` was asked for is done by now."""
        going = self._letting_go
        return going is None or (going.done() and not going.cancelled() and going.exception() is None)

    async def close(self) -> None:
        """Shut everything and end the thread. Safe twice."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.run(self._forget)
            if not await asyncio.to_thread(thread.close):
                log.error("the sound thread did not end")

    # ---- on the sound thread ----

    def _find(self) -> SoundFound:
        if self._watch is None:
            self._watch = DeviceWatch(self._devices_changed, self._ours)
        self._found = self._there_is()
        return self._found

    def _there_is(self) -> SoundFound:
        return SoundFound(self._microphone_name() is not None, self._speaker_name() is not None)

    def _microphone_name(self) -> str | None:
        return None if self._watch is None else self._watch.choice.microphone

    def _speaker_name(self) -> str | None:
        return None if self._watch is None else self._watch.choice.speaker

    def _devices_changed(self) -> None:
        for each in self._open:
            if isinstance(each, Followed):
                each.follow()
        before, self._found = self._found, self._there_is()
        if before != self._found and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._on_changed, self._found)

    def _follow(
        self,
        choose: Callable[[], str | None],
        open_device: Callable[[str, Callable[[str], None]], Microphone | Speaker],
        on_failed: Callable[[str], None],
    ) -> None:
        def open_checked(name: str, died: Callable[[str], None]) -> Microphone | Speaker:
            self._check()
            return open_device(name, died)

        followed = Followed(choose, open_checked, on_failed)
        self._open.append(followed)
        followed.open()

    def _check(self) -> None:
        assert self._watch is not None, "look for devices first"
        try:
            self._watch.check()
        finally:
            self.is_lost = self._watch.is_lost

    def _shut_all(self) -> None:
        while self._open:
            self._open.pop().shut()
        self._speaker_latency_ms = None

    def _forget(self) -> None:
        self._shut_all()
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.close()

    async def _let_go(self, job: Callable[[], None]) -> bool:
        """Have the thread do it: whether it is done within SHUT_LIMIT_S.

        It does one job after another, so a device that opens late is shut right after: this job is never taken back,
        however long it has to wait.
        """
        if self._thread is None:
            return True
        self._letting_go = asyncio.wrap_future(self._thread.run(job))
        await asyncio.wait([self._letting_go], timeout=SHUT_LIMIT_S)
        return self.is_shut()

    async def _on_thread(self, job: Callable[[], T], limit_s: float) -> T:
        """What the job gives. Raises what it raises, and Unavailable where it takes longer."""
        assert self._thread is not None, "look for devices first"
        try:
            async with asyncio.timeout(limit_s):
                return await asyncio.wrap_future(self._thread.run(job))
        except TimeoutError:
            raise Unavailable("The sound server does not answer.") from None


def _microphone(name: str, on_heard: Callable[[bytes], None], on_died: Callable[[str], None]) -> Microphone:
    if (device := input_named(name)) is None:
        raise Unavailable("The microphone could not be opened.")
    return Microphone(device, on_heard, on_died)


def _speaker(
    name: str, sound: Plays, on_died: Callable[[str], None], on_latency_ms: Callable[[float], None]
) -> Speaker:
    if (device := output_named(name)) is None:
        raise Unavailable("The loudspeaker could not be opened.")
    return Speaker(device, sound, on_died, on_latency_ms)
