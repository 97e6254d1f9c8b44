"""The loudspeaker: Qt's audio sink, fed every 10 ms from what waits to be played. Lives on the sound thread."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtMultimedia import QAudioDevice, QAudioSink, QtAudio

from kiosk.errors import Unavailable
from kiosk.media.blocks import Plays
from kiosk.media.sound_format import BYTES_PER_MS
from kiosk.media.sound_thread import qt_format

_BUFFER_MS: Final = 60
_EVERY_MS: Final = 10
_MOST_STUCK: Final = 3000 // _EVERY_MS  # three seconds without room for a sample


class Speaker:
    """An open loudspeaker. Made, used and shut on the sound thread; silence is played while nothing waits.

    `on_latency_ms` hears there how long what is written now takes to be heard, as far as Qt and the sound server know.
    """

    def __init__(
        self,
        device: QAudioDevice,
        sound: Plays,
        on_failed: Callable[[str], None],
        on_latency_ms: Callable[[float], None],
    ) -> None:
        self._sound = sound
        self._on_failed, self._on_latency_ms = on_failed, on_latency_ms
        self._stuck = 0
        self._written = 0
        self._sink = QAudioSink(device, qt_format())
        self._sink.setBufferSize(_BUFFER_MS * BYTES_PER_MS)
        self._stream = self._sink.start()
        if self._stream is None or self._sink.error() not in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError):
            raise Unavailable("The loudspeaker could not be opened.")
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._play)
        self._timer.start(_EVERY_MS)
        self._sink.stateChanged.connect(self._changed)

    def shut(self) -> None:
        """Fall silent and let go of the device."""
        self._timer.stop()
        self._timer.timeout.disconnect(self._play)
        self._sink.stateChanged.disconnect(self._changed)
        self._sink.stop()

    def _play(self) -> None:
        free = self._sink.bytesFree()
        self._sound.queued_ms = (self._sink.bufferSize() - free) // BYTES_PER_MS
        if free > 0:
            self._written += self._stream.write(self._sound.take(free))
            self._on_latency_ms(max(0.0, self._written / BYTES_PER_MS - self._sink.processedUSecs() / 1000))
            self._stuck = 0
        elif self._stuck < _MOST_STUCK:
            self._stuck += 1
        else:  # a sound server that died does not say so
            self._fail()

    def _changed(self) -> None:  # without its argument, which PySide6 6.11 cannot convert
        if self._sink.state() == QtAudio.State.StoppedState:
            self._fail()

    def _fail(self) -> None:
        self._timer.stop()
        self._on_failed("The loudspeaker stopped.")
