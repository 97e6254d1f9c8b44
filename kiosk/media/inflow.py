"""Everything that arrives in a session: each track is read to its end, shown or handed on; nothing is kept."""

import asyncio
from collections.abc import Callable

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import VideoFrame

from kiosk.errors import Unavailable, Untrusted
from kiosk.media.decoders import MOST_PIXELS, Refusal
from kiosk.media.evenness import Evenness
from kiosk.media.family_view import FamilyView
from kiosk.media.sound_packets import SoundPacket
from kiosk.media.tally import Direction

Passes = Callable[[str], bool]


class Inflow:
    """Reads the tracks of one connection. `play` gets packets of sound; without it they are dropped unheard.

    What `passes` says no to is dropped unseen: another connection has taken over.
    """

    def __init__(
        self, received: Direction, view: FamilyView, play: Callable[[SoundPacket], None] | None, passes: Passes
    ) -> None:
        self._received = received
        self._view = view
        self._play = play
        self._passes = passes
        self._evenness = Evenness()

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
        elif isinstance(frame, SoundPacket) and self._play is not None:
            self._play(frame)

    def _picture(self, frame: VideoFrame) -> None:
        if frame.width * frame.height > MOST_PIXELS:
            raise Untrusted(f"a picture of {frame.width}x{frame.height}")
        self._received.pictures.add(frame.width, frame.height)
        now = asyncio.get_running_loop().time()
        due = now if frame.time is None else self._evenness.due_s(frame.time, now)
        self._view.show(frame, self._received.pictures.frames, due)
