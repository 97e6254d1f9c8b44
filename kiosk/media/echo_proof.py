"""Proves that the loudspeaker is not heard in what is sent: plays, records, compares. Nothing leaves or is kept.

For the readiness check before calls: `await prove_echo(sound, until)`, about eight seconds, loop-back only, and as long
again where the first time speaks against the laptop: a machine that pauses tears what it plays. It needs no call and
no session, and must not run beside one; on a laptop the guard hands out the sound card for that moment first.
`sound` is a `Sound` after `find`. It never raises for what it finds: `EchoFound.echo` says it, and `needs_headset`
whether the one fix is "Use the headset.". NOT_HEARD is fine with a headset; without one the loudspeaker or the
microphone is dumb. `attenuation_db` must be at least ENOUGH_DB (25).
"""

import asyncio
import logging
from contextlib import suppress
from functools import partial
from typing import Final

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtMultimedia import QAudioSink, QtAudio

from kiosk.errors import Unavailable
from kiosk.media.device_watch import input_named, output_named
from kiosk.media.echo_measure import Echo, EchoFound, Heard, is_heard, judge, probe
from kiosk.media.microphone import Microphone
from kiosk.media.sound import Sound
from kiosk.media.sound_choice import Choice
from kiosk.media.sound_format import BYTES_PER_SAMPLE, SAMPLE_RATE
from kiosk.media.sound_thread import qt_format
from kiosk.media.tally import Samples

__all__ = ["Echo", "EchoFound", "prove_echo"]

log = logging.getLogger(__name__)

_LEARNING_S: Final = 2.0  # for the canceller to find out how the room sounds
_MEASURED_S: Final = 1.5
_QUIET_S: Final = 0.4
_LATE_S: Final = 0.9  # what plays is heard up to so much later
_BEGIN_LIMIT_S: Final = 4.0  # a sound server that was idle may have gone to sleep for two
_MOST_RECORDED: Final = 8 * SAMPLE_RATE * BYTES_PER_SAMPLE


async def prove_echo(sound: Sound, until: float) -> EchoFound:
    """Whether the family would hear itself on this laptop as it is now, and whether a voice in the room gets out.

    What is not certain is tried once more, if that comes to an end before `until`, on the clock of the loop.
    """
    found = await _prove_once(sound)
    if not found.is_certain:
        log.info("the proof of the echo canceller is made again: %s", found.echo)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                again = await _prove_once(sound)
                found = found if again.echo is Echo.NO_DEVICE else again  # less is said by what came to nothing
    return found


async def _prove_once(sound: Sound) -> EchoFound:
    try:
        choice = await sound.choice()
        if choice.raw_microphone is None or choice.raw_speaker is None:
            return EchoFound(Echo.NO_DEVICE)
        return await (_with_canceller(sound, choice) if choice.is_cancelled else _without(sound, choice))
    except (Unavailable, TimeoutError) as error:
        log.warning("the proof of the echo canceller came to nothing: %s", error)
        return EchoFound(Echo.NO_DEVICE)


async def _with_canceller(sound: Sound, choice: Choice) -> EchoFound:
    known, stranger = probe(_LEARNING_S + _MEASURED_S, seed=1), probe(_MEASURED_S, seed=2)
    learnt = int(_LEARNING_S * SAMPLE_RATE)
    first = await _record(sound, choice, choice.speaker, known)
    second = await _record(sound, choice, choice.raw_speaker, stranger)  # past the canceller, as a voice would come
    return await asyncio.to_thread(judge, first.without(learnt), known[learnt:], second, stranger)


async def _without(sound: Sound, choice: Choice) -> EchoFound:
    known = probe(_MEASURED_S, seed=1)
    heard = await _record(sound, choice, choice.raw_speaker, known)
    is_back = await asyncio.to_thread(is_heard, heard.raw, known, heard.quiet_samples)
    return EchoFound(Echo.NO_CANCELLER if is_back else Echo.NOT_HEARD)


async def _record(sound: Sound, choice: Choice, speaker: str | None, played: Samples) -> Heard:
    """What both ends hear while `speaker` plays, after a moment of quiet."""
    assert speaker is not None
    assert choice.raw_microphone is not None
    assert choice.microphone is not None
    recordings = {name: _Recording() for name in {choice.raw_microphone, choice.microphone}}
    lent: list[int] = []
    try:
        for name, each in recordings.items():
            lent.append(await sound.lend(partial(_listen, name, each)))
        for each in recordings.values():
            await each.has_begun()
        await asyncio.sleep(_QUIET_S)
        quiet = min(each.samples for each in recordings.values())
        lent.append(await sound.lend(partial(_Playing, speaker, played)))
        await asyncio.sleep(played.size / SAMPLE_RATE + _LATE_S)
    finally:
        await sound.take_back(lent)
    return Heard(recordings[choice.raw_microphone].sound, recordings[choice.microphone].sound, quiet)


class _Recording:
    """What one microphone heard, in memory, bounded."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._begun = asyncio.Event()
        self._pcm = bytearray()

    def hear(self, pcm: bytes) -> None:
        """More of it; called on the sound thread."""
        if not self._pcm:
            self._loop.call_soon_threadsafe(self._begun.set)
        self._pcm += pcm[: max(0, _MOST_RECORDED - len(self._pcm))]

    async def has_begun(self) -> None:
        """Wait for the first of it. Raises TimeoutError."""
        async with asyncio.timeout(_BEGIN_LIMIT_S):
            await self._begun.wait()

    @property
    def samples(self) -> int:
        """How many so far."""
        return len(self._pcm) // BYTES_PER_SAMPLE

    @property
    def sound(self) -> Samples:
        """All of it."""
        return np.frombuffer(bytes(self._pcm[: self.samples * BYTES_PER_SAMPLE]), np.int16)


class _Playing:
    """Plays one sound once, through one loudspeaker. Made and shut on the sound thread."""

    def __init__(self, name: str, played: Samples) -> None:
        if (device := output_named(name)) is None:
            raise Unavailable("The loudspeaker could not be opened.")
        self._buffer = QBuffer()
        self._buffer.setData(QByteArray(played.tobytes()))
        self._buffer.open(QBuffer.OpenModeFlag.ReadOnly)
        self._sink = QAudioSink(device, qt_format())
        self._sink.start(self._buffer)
        if self._sink.error() not in (QtAudio.Error.NoError, QtAudio.Error.UnderrunError):
            raise Unavailable("The loudspeaker could not be opened.")

    def shut(self) -> None:
        """Fall silent."""
        self._sink.stop()
        self._buffer.close()


def _listen(name: str, recording: _Recording) -> Microphone:
    if (device := input_named(name)) is None:
        raise Unavailable("The microphone could not be opened.")
    return Microphone(device, recording.hear, log.warning)
