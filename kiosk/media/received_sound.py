"""Received sound between the connection and the loudspeaker: packets in, samples out, from any thread; bounded."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from kiosk.media.opus_library import OpusEar
from kiosk.media.playout import Heard, Playout
from kiosk.media.sound_format import BYTES_PER_SAMPLE
from kiosk.media.sound_packets import SoundPacket
from kiosk.media.tally import SoundTally


class ReceivedSound:
    """One call's. `tally` counts what was really said, never what was made up. `now` is in seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.tally = SoundTally()
        self.queued_ms = 0  # what the loudspeaker has taken and not yet passed on, by its own word
        self._now = now
        self._lock = threading.Lock()
        self._playout = Playout(OpusEar(), self.tally.add)
        self._rest = b""
        self._is_shut = False

    def put(self, packet: SoundPacket) -> None:
        """A packet that has just come."""
        with self._lock:
            if not self._is_shut:
                self._playout.put(packet, self._now())

    def take(self, most_bytes: int) -> bytes:
        """Exactly `most_bytes` (cut to whole samples): what is due now, or silence."""
        wanted = most_bytes // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
        with self._lock:
            if self._is_shut:
                return bytes(wanted)
            while len(self._rest) < wanted:
                self._rest += self._playout.take(self._now()).tobytes()
            pcm, self._rest = self._rest[:wanted], self._rest[wanted:]
        return pcm

    def shut(self) -> None:
        """From now on nothing but silence comes out. Safe twice."""
        with self._lock:
            self._is_shut = True
            self._rest = b""

    @property
    def heard(self) -> Heard:
        """What became of it so far."""
        with self._lock:
            return replace(self._playout.heard)
