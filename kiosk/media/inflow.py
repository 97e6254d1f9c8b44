"""Everything that arrives in a session: each track is read to its end, counted, shown or played; nothing is kept."""

from collections.abc import Callable

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from kiosk.errors import Unavailable, Untrusted
from kiosk.media.decoders import MOST_PIXELS, Refusal
from kiosk.media.family_view import FamilyView
from kiosk.media.tally import Direction
from kiosk.media.voice_encoder import to_mono


class Inflow:
    """Reads the tracks of one session. `play` gets received sound; without it sound is dropped unheard."""

    def __init__(self, received: Direction, view: FamilyView, play: Callable[[bytes], None] | None) -> None:
        self._received = received
        self._view = view
        self._play = play

    async def read(self, track: MediaStreamTrack) -> None:
        """Read `track` to its end, and then raise Unavailable: a session never outlives one of its tracks."""
        try:
            while True:
                self._take(await track.recv())
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
