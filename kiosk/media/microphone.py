"""The microphone: Qt's audio source on the sound thread, and how its blocks reach the loop; keeps 200 ms at most."""

import asyncio
from collections.abc import Callable
from typing import Final

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtMultimedia import QAudioDevice, QAudioSource, QtAudio

from kiosk.errors import Unavailable
from kiosk.media.blocks import HeardBlocks
from kiosk.media.level import Level
from kiosk.media.loop_flag import LoopFlag
from kiosk.media.sound_format import BYTES_PER_MS
from kiosk.media.sound_thread import qt_format
from kiosk.media.tally import Samples

_BUFFER_MS: Final = 40
_STOPPED: Final = "The microphone stopped."
LOOK_EVERY_MS: Final = 1000  # an open microphone gives something each 20 ms, if only silence; a busy machine is late
SILENT_LIMIT_S: Final = 3.0


class Microphone:
    """An open microphone. Made, used and shut on the sound thread; calls `on_heard` there with whatever there is."""

    def __init__(
        self, device: QAudioDevice, on_heard: Callable[[bytes], None], on_failed: Callable[[str], None]
    ) -> None:
        self._on_heard = on_heard
        self._on_failed = on_failed
        self._has_heard = True
        self._source = QAudioSource(device, qt_format())
        self._source.setBufferSize(_BUFFER_MS * BYTES_PER_MS)
        self._stream = self._source.start()
        if self._stream is None or self._source.error() != QtAudio.Error.NoError:
            raise Unavailable("The microphone could not be opened.")
        self._stream.readyRead.connect(self._read)
        self._source.stateChanged.connect(self._changed)
        self._looking = QTimer()
        self._looking.timeout.connect(self._look)
        self._looking.start(LOOK_EVERY_MS)

    def shut(self) -> None:
        """Let go of the device, and of what would keep Qt's parts alive until another thread drops them."""
        self._looking.stop()
        self._looking.timeout.disconnect(self._look)
        self._stream.readyRead.disconnect(self._read)
        self._source.stateChanged.disconnect(self._changed)
        self._source.stop()

    def _read(self) -> None:
        self._has_heard = True
        self._on_heard(bytes(self._stream.readAll().data()))

    def _changed(self) -> None:  # without its argument, which PySide6 6.11 cannot convert
        if self._source.state() == QtAudio.State.StoppedState:
            self._on_failed(_STOPPED)

    def _look(self) -> None:
        """A sound server that died does not say so, and a device that hangs neither."""
        if not self._has_heard:
            self._on_failed(_STOPPED)
        self._has_heard = False


class MicrophoneBlocks:
    """A sound source fed from the sound thread. `on_failed`: nothing comes any more, not even silence."""

    def __init__(self, on_failed: Callable[[str], None]) -> None:
        self._on_failed = on_failed
        self._arrived = LoopFlag()
        self._heard = HeardBlocks()
        self.level = Level()
        self._muted = False

    def hear(self, pcm: bytes) -> None:
        """More sound; called on the sound thread."""
        self.level.add(b"" if self._muted else pcm)
        if not self._muted and self._heard.put(pcm):
            self._arrived.raise_from_thread()

    def mute(self) -> None:
        """Let nothing more through, from now on."""
        self._muted = True
        self._heard.clear()

    async def next_block(self) -> Samples:
        """The next 20 ms, when they have been heard."""
        while (block := self._heard.take()) is None:
            try:
                async with asyncio.timeout(SILENT_LIMIT_S):
                    await self._arrived.wait()
            except TimeoutError:  # the sound thread itself is stuck: it gives silence where there is no microphone
                self._on_failed(_STOPPED)
        return np.frombuffer(block, np.int16)
