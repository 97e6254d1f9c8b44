"""What is sent: the newest picture and the next 20 ms of sound, as tracks of a connection. Exists only in a call."""

import time
from fractions import Fraction
from typing import Final, Protocol

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from kiosk.latest import Latest
from kiosk.media.ladder import TALKING, Ladder
from kiosk.media.loop_flag import LoopFlag
from kiosk.media.picture_control import Plan
from kiosk.media.sound_format import BLOCK_SAMPLES, SAMPLE_RATE
from kiosk.media.tally import PictureTally, Samples, SoundTally

_VIDEO_CLOCK: Final = 90_000
_VIDEO_TIME_BASE: Final = Fraction(1, _VIDEO_CLOCK)
_AUDIO_TIME_BASE: Final = Fraction(1, SAMPLE_RATE)


class SoundSource(Protocol):
    """A microphone, or what stands in for one."""

    async def next_block(self) -> Samples:
        """The next BLOCK_SAMPLES samples, when they are due."""


class PictureTrack(MediaStreamTrack):
    """Sends the newest picture each time the encoder is free; pictures it had no time for are dropped."""

    kind = "video"

    def __init__(self, tally: PictureTally, ladder: Ladder = TALKING) -> None:
        super().__init__()
        self._tally = tally
        self.ladder = ladder
        self.plan: Plan | None = None  # the last one that a connection made for it
        self._newest: Latest[VideoFrame] = Latest()
        self._arrived = LoopFlag()
        self._newest.on_new(self._arrived.raise_from_thread)
        self._began = time.monotonic()

    def put(self, frame: VideoFrame) -> None:
        """Offer a picture, from any thread."""
        self._newest.put(frame)

    async def recv(self) -> VideoFrame:
        """The newest picture, stamped with the time it is sent. Who sends it says so by `encoded`."""
        if self.readyState != "live":
            raise MediaStreamError
        while (frame := self._newest.take()) is None:
            await self._arrived.wait()
        frame.pts = int((time.monotonic() - self._began) * _VIDEO_CLOCK)
        frame.time_base = _VIDEO_TIME_BASE
        return frame

    def encoded(self, width: int, height: int) -> None:
        """One picture of this size was handed to the encoder."""
        self._tally.add(width, height)


class SoundTrack(MediaStreamTrack):
    """Sends what a sound source gives, block by block."""

    kind = "audio"

    def __init__(self, source: SoundSource, tally: SoundTally) -> None:
        super().__init__()
        self._source = source
        self._tally = tally
        self._sent = 0

    async def recv(self) -> AudioFrame:
        """The next 20 ms."""
        if self.readyState != "live":
            raise MediaStreamError
        samples = await self._source.next_block()
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE
        frame.pts = self._sent * BLOCK_SAMPLES
        frame.time_base = _AUDIO_TIME_BASE
        self._sent += 1
        self._tally.add(samples)
        return frame
