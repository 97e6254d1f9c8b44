"""The clip in the place of the laptop's camera and microphone, through the product's own doors for what stands in.

What it leaves out is left out of Chromium's call as well, whose fake devices read the same files: V4L2, the camera's
own compression, and the sound server's recording side.
"""

import asyncio
import os
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np
from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from bench.media.clip import FRAME_BYTES, FRAMES, HEIGHT, WIDTH, frame_at
from kiosk.media import call_devices, engine
from kiosk.media.blocks import MOST_HEARD_BLOCKS
from kiosk.media.pace import Pace
from kiosk.media.sound import Sound, SoundFound
from kiosk.media.sound_format import BLOCK_MS, BLOCK_SAMPLES
from kiosk.media.tally import Samples

SAY_EVERY: Final = 30  # pictures
SMALL: Final = 360  # lines
Say = Callable[[dict[str, object]], None]


class ClipPicture:
    """A picture source like a camera: the clip, 30 frames a second, read from the file as it is asked for."""

    path: Path
    say: Say
    lines = HEIGHT  # that it gives; 0 is next to nothing: two pictures in turn

    def __init__(self, pace: Pace) -> None:
        self._pace, self._shrink = pace, VideoReformatter()
        self._file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)

    def read(self) -> VideoFrame:
        """Wait for the next frame's time and read it."""
        beat = self._pace.next()
        number = beat % (FRAMES if self.lines else 2)  # one picture for ever is a broken camera
        at = time.time()
        data = os.pread(self._file, FRAME_BYTES, frame_at(number))
        if beat % SAY_EVERY == 0:
            self.say({"type": "own", "number": number, "at": at})
        pixels = np.frombuffer(data, np.uint8).reshape(HEIGHT * 3 // 2, WIDTH)
        lines = self.lines or SMALL
        frame = VideoFrame.from_ndarray(pixels, format="yuv420p")
        if lines == HEIGHT:
            return frame
        wide = lines * WIDTH // HEIGHT
        return self._shrink.reformat(
            frame, width=wide, height=lines, interpolation=Interpolation.FAST_BILINEAR, threads=1
        )

    def close(self) -> None:
        """Let go of the file."""
        os.close(self._file)


class ClipVoice:
    """A sound source like a microphone: 20 ms when they are over, as a microphone has them."""

    path: Path
    say: Say

    def __init__(self) -> None:
        with wave.open(str(self.path)) as file:
            self._sound = np.frombuffer(file.readframes(file.getnframes()), np.int16)
        self._block = 0
        self._began: float | None = None

    async def next_block(self) -> Samples:
        """The next 20 ms."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
            self.say({"type": "own-voice", "position": 0, "at": time.time()})
        late = int((now - self._began) * 1000 / BLOCK_MS) - self._block
        self._block += late if late > MOST_HEARD_BLOCKS else 0  # what a microphone's bounded queue would have dropped
        self._block += 1
        await asyncio.sleep(max(0.0, self._began + self._block * BLOCK_MS / 1000 - now))
        at = (self._block - 1) * BLOCK_SAMPLES % self._sound.size
        return self._sound[at : at + BLOCK_SAMPLES]


class OnlyLoudspeaker(Sound):
    """The sound devices without a microphone, whatever this machine has: the clip speaks."""

    async def find(self) -> SoundFound:
        """The loudspeaker that is there."""
        return (await super().find())._replace(microphone=False)


def stand_in(picture: Path, sound: Path | None, say: Say) -> None:
    """From now on, in this process, the media room has no other camera, and with `sound` no other microphone."""
    ClipPicture.path, ClipPicture.say = picture, staticmethod(say)
    setattr(call_devices, "SyntheticPicture", ClipPicture)  # noqa: B010 - a class is no variable to mypy
    if sound is None:
        return
    ClipVoice.path, ClipVoice.say = sound, staticmethod(say)
    setattr(call_devices, "SyntheticTone", ClipVoice)  # noqa: B010
    setattr(engine, "Sound", OnlyLoudspeaker)  # noqa: B010
