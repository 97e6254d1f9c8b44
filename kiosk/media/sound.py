"""The sound devices of a call, seen from the loop: finds them, opens them, shuts them. Opens nothing by itself."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar

from PySide6.QtMultimedia import QMediaDevices

from kiosk.media.blocks import Plays
from kiosk.media.microphone import Microphone
from kiosk.media.sound_thread import SoundThread, has_qt
from kiosk.media.speaker import Speaker

log = logging.getLogger(__name__)

T = TypeVar("T")

OPEN_LIMIT_S: Final = 3.0
SHUT_LIMIT_S: Final = 0.5


class SoundFound(NamedTuple):
    """Which sound devices there are."""

    microphone: bool = False
    speaker: bool = False


class Sound:
    """At most one microphone and one loudspeaker. Every method belongs to the loop."""

    def __init__(self) -> None:
        self._thread: SoundThread | None = None
        self._open: list[Microphone | Speaker] = []  # touched on the sound thread only

    async def find(self) -> SoundFound:
        """Look for devices, opening none."""
        if not has_qt():
            return SoundFound()
        if self._thread is None:
            self._thread = SoundThread()
        try:
            return await self._on_thread(_find, OPEN_LIMIT_S)
        except TimeoutError:
            log.error("the sound server does not answer")
            return SoundFound()

    async def open_microphone(self, on_heard: Callable[[bytes], None], on_failed: Callable[[str], None]) -> None:
        """Open the microphone; both callbacks come on the sound thread. Raises Unavailable."""
        await self._on_thread(lambda: self._open.append(Microphone(on_heard, on_failed)), OPEN_LIMIT_S)

    async def open_speaker(self, playout: Plays, on_failed: Callable[[str], None]) -> None:
        """Open the loudspeaker. Raises Unavailable."""
        await self._on_thread(lambda: self._open.append(Speaker(playout, on_failed)), OPEN_LIMIT_S)

    async def shut(self) -> bool:
        """Shut whatever is open, and what is still being opened: whether it is done. Waits SHUT_LIMIT_S at most.

        The thread does one job after another, so a device that opens late is shut right after: this job is never
        taken back, however long it has to wait. Safe twice.
        """
        if self._thread is None:
            return True
        shutting = asyncio.wrap_future(self._thread.run(self._shut_all))
        done, _ = await asyncio.wait([shutting], timeout=SHUT_LIMIT_S)
        return bool(done) and shutting.exception() is None

    async def close(self) -> None:
        """Shut everything and end the thread. Safe twice."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.run(self._shut_all)
            if not await asyncio.to_thread(thread.close):
                log.error("the sound thread did not end")

    def _shut_all(self) -> None:
        while self._open:
            self._open.pop().shut()

    async def _on_thread(self, job: Callable[[], T], limit_s: float) -> T:
        assert self._thread is not None, "look for devices first"
        async with asyncio.timeout(limit_s):
            return await asyncio.wrap_future(self._thread.run(job))


def _find() -> SoundFound:
    return SoundFound(
        microphone=not QMediaDevices.defaultAudioInput().isNull(),
        speaker=not QMediaDevices.defaultAudioOutput().isNull(),
    )
