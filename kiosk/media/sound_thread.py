"""The thread on which Qt plays and records: not the screen's, not the loop's, so neither can make sound stutter."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, QThread, Signal, Slot
from PySide6.QtMultimedia import QAudioFormat

from kiosk.media.sound_format import SAMPLE_RATE
from kiosk.media.urgency import be_urgent

T = TypeVar("T")

CLOSE_LIMIT_MS: Final = 800


class SoundThread:
    """Runs jobs, one after another, beside Qt's own work for the devices they open. `close` is safe twice."""

    def __init__(self) -> None:
        self._thread = QThread()
        self._thread.setObjectName("media-sound")
        self._desk = _Desk()
        self._desk.moveToThread(self._thread)
        self._thread.start()
        self.run(be_urgent)

    def run(self, job: Callable[[], T]) -> "Future[T]":
        """Run `job` on the thread soon; from any thread."""
        done: Future[T] = Future()
        self._desk.asked.emit(lambda: _settle(done, job))
        return done

    def close(self) -> bool:
        """End the thread; False if it is stuck."""
        self._thread.quit()
        return self._thread.wait(CLOSE_LIMIT_MS)


class _Desk(QObject):
    """Lives on the thread; a queued signal is how a job gets there."""

    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.asked.connect(self._do)

    @Slot(object)
    def _do(self, job: Callable[[], None]) -> None:
        job()


def _settle(done: "Future[T]", job: Callable[[], T]) -> None:
    if not done.set_running_or_notify_cancel():
        return
    try:
        done.set_result(job())
    except Exception as error:  # carried to whoever asked; Qt would only print it
        done.set_exception(error)


def has_qt() -> bool:
    """Whether there is a Qt application; without one Qt has no sound."""
    return QCoreApplication.instance() is not None


def qt_format() -> QAudioFormat:
    """The room's form of sound in Qt's words."""
    form = QAudioFormat()
    form.setSampleRate(SAMPLE_RATE)
    form.setChannelCount(1)
    form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
    return form
