"""Everything that arrives in a session: each track is read to its end, counted, shown or played; nothing is kept."""

from collections.abc import Callable

import numpy as np
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from kiosk.errors import Unavailable, Untrusted
from kiosk.media.decoders import MOST_PIXELS, Refusal
from kiosk.media.family_view import FamilyView
from kiosk.media.tally import Direction, Samples

Passes = Callable[[str], bool]


class Inflow:
    """Reads the tracks of one connection. `play` gets received sound; without it sound is dropped unheard.

    What `passes` says no to is dropped unseen: another connection has taken over.
    """

    def __init__(
        self, received: Direction, view: FamilyView, play: Callable[[bytes], None] | None, passes: Passes
    ) -> None:
        self._received = received
        self._view = view
        self._play = play
        self._passes = passes

    async def read(self, track: MediaStreamTrack) -> None:
        """Read `track` to its end, and then raise Unavailable: a session never outlives one of its tracks."""
        try:
            while True:
                frame = await track.recv()
                if isinstance(frame, Refusal) or self._passes(track.kind):
                    self._take(frame)
        except MediaStreamError:
            raise Unavailable("The other side stopped sending.") from None

    def _take(self, frame: object) -> None:
        if isinstance(frame, VideoFrame):
            self._picture(frame)
        elif isinstance(frame, Refusal):
            raise Untrusted(frame.why)
        elif isinstance(frame, AudioFrame) and self._play is not None:
            samples = to_mono(frame)
            self._received.sound.add(samples)
            self._play(samples.tobytes())

    def _picture(self, frame: VideoFrame) -> None:
        if frame.width * frame.height > MOST_PIXELS:
            raise Untrusted(f"a picture of {frame.width}x{frame.height}")
        self._received.pictures.add(frame.width, frame.height)
        self._view.show(frame, self._received.pictures.frames)


def to_mono(frame: AudioFrame) -> Samples:
    """The mean of the channels of a packed 16-bit frame, as Opus gives it."""
    packed = frame.to_ndarray().reshape(-1, frame.layout.nb_channels)
    mono: Samples = packed.mean(axis=1, dtype=np.float32).astype(np.int16)
    return mono
