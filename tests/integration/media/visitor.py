"""A visitor made of plain aiortc, with a picture and a tone that are known; keeps what it received."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import numpy.typing as npt
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack, VideoStreamTrack
from av import AudioFrame, VideoFrame

from kiosk.media.voice_encoder import to_mono

SQUARE_RGB = (0x12, 0xA1, 0x50)
TONE_HZ = 1000
RATE = 48_000
BLOCK = 960
Samples = npt.NDArray[np.int16]


def square_centre(number: int) -> tuple[float, float]:
    """Where the green square is in frame `number`, as parts of width and height."""
    return 0.2 + 0.6 * (number % 90) / 90, 0.5


class GreenSquare(VideoStreamTrack):
    """A green square that crosses a grey picture once in three seconds."""

    def __init__(self, width: int = 1280, height: int = 720) -> None:
        super().__init__()
        self._size = (width, height)
        self._number = 0

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        width, height = self._size
        x, y = square_centre(self._number)
        pixels = np.full((height, width, 3), 128, np.uint8)
        top, left, half = int(y * height), int(x * width), height // 10
        pixels[top - half : top + half, left - half : left + half] = SQUARE_RGB[::-1]
        frame = VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p")
        frame.pts, frame.time_base = pts, time_base
        self._number += 1
        return frame


class Tone(MediaStreamTrack):
    """A steady tone."""

    kind = "audio"

    def __init__(self, hz: int = TONE_HZ, level: float = 0.2) -> None:
        super().__init__()
        seconds = np.arange(RATE) / RATE
        self._second = (level * 32768 * np.sin(2 * np.pi * hz * seconds)).astype(np.int16)
        self._sent = 0
        self._began = time.monotonic()

    async def recv(self) -> AudioFrame:
        await asyncio.sleep(max(0.0, self._began + self._sent * BLOCK / RATE - time.monotonic()))
        at = self._sent * BLOCK % RATE
        frame = AudioFrame.from_ndarray(
            np.repeat(self._second[at : at + BLOCK], 2).reshape(1, -1), format="s16", layout="stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._sent * BLOCK, Fraction(1, RATE)
        self._sent += 1
        return frame


class Visitor:
    """Answers offers. `pictures` holds the newest received pictures, `heard` the newest second of sound.

    `on_media` is told the kind of each frame that comes.
    """

    def __init__(
        self,
        picture: MediaStreamTrack | None = None,
        voice: MediaStreamTrack | None = None,
        on_media: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._on_media = on_media
        self.connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.pictures: deque[VideoFrame] = deque(maxlen=90)
        self.heard: deque[Samples] = deque(maxlen=50)
        self.heard_ms = 0
        self.heard_enough = asyncio.Event()
        self.saw_enough = asyncio.Event()
        self.kinds: list[str] = []
        self._tracks = [track for track in (picture, voice) if track is not None]
        self._readers: list[asyncio.Task[None]] = []
        self.connection.on("track", self._on_track)

    async def answer(self, offer_sdp: str) -> str:
        await self.connection.setRemoteDescription(RTCSessionDescription(offer_sdp, "offer"))
        for track in self._tracks:
            self.connection.addTrack(track)
        await self.connection.setLocalDescription(await self.connection.createAnswer())
        return self.connection.localDescription.sdp

    async def close(self) -> None:
        await asyncio.wait_for(self.connection.close(), 5)
        for track in self._tracks:
            track.stop()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)

    def sound(self) -> Samples:
        """What was heard, as one piece."""
        return np.concatenate(list(self.heard))

    def _on_track(self, track: MediaStreamTrack) -> None:
        self.kinds.append(track.kind)
        self._readers.append(asyncio.create_task(self._read(track)))

    async def _read(self, track: MediaStreamTrack) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            self._on_media(track.kind)
            if isinstance(frame, VideoFrame):
                self.pictures.append(frame)
                if len(self.pictures) == 90:
                    self.saw_enough.set()
            elif isinstance(frame, AudioFrame):
                self.heard.append(to_mono(frame))
                self.heard_ms += frame.samples * 1000 // RATE
                if len(self.heard) == 50:
                    self.heard_enough.set()
