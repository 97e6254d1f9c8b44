"""Sound between two threads, bounded: what the microphone heard, what the speaker has yet to play. Opens no device."""

import threading
from collections import deque
from typing import Final

from kiosk.media.sound_format import BLOCK_SAMPLES, BYTES_PER_MS, BYTES_PER_SAMPLE

BLOCK_BYTES: Final = BLOCK_SAMPLES * BYTES_PER_SAMPLE
MOST_HEARD_BLOCKS: Final = 10  # 200 ms; older sound is worse than none
PLAYOUT_TARGET_MS: Final = 60
PLAYOUT_CAP_MS: Final = 200


class HeardBlocks:
    """Cuts a stream of bytes into blocks and keeps the newest few. Any thread may call any method."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rest = bytearray()
        self._blocks: deque[bytes] = deque(maxlen=MOST_HEARD_BLOCKS)

    def put(self, pcm: bytes) -> bool:
        """Add sound; True if at least one whole block waits now. Too much drops the oldest."""
        with self._lock:
            self._rest += pcm
            while len(self._rest) >= BLOCK_BYTES:
                self._blocks.append(bytes(self._rest[:BLOCK_BYTES]))
                del self._rest[:BLOCK_BYTES]
            return bool(self._blocks)

    def take(self) -> bytes | None:
        """The oldest block, or None."""
        with self._lock:
            return self._blocks.popleft() if self._blocks else None

    def clear(self) -> None:
        """Forget everything heard."""
        with self._lock:
            self._rest.clear()
            self._blocks.clear()


class Playout:
    """Sound on its way to the speaker: starts once PLAYOUT_TARGET_MS is there, never holds more than PLAYOUT_CAP_MS.

    Running dry starts the filling again; running over drops the oldest down to the target. Any thread may call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._filling = True

    @property
    def waiting_ms(self) -> int:
        """How much sound waits."""
        with self._lock:
            return len(self._waiting) // BYTES_PER_MS

    def put(self, pcm: bytes) -> None:
        """Add received sound."""
        with self._lock:
            self._waiting += pcm
            if len(self._waiting) > PLAYOUT_CAP_MS * BYTES_PER_MS:
                del self._waiting[: len(self._waiting) - PLAYOUT_TARGET_MS * BYTES_PER_MS]
            if len(self._waiting) >= PLAYOUT_TARGET_MS * BYTES_PER_MS:
                self._filling = False

    def take(self, most_bytes: int) -> bytes:
        """Exactly `most_bytes` (cut to whole samples), filled up with silence where there is too little sound."""
        wanted = most_bytes // BYTES_PER_SAMPLE * BYTES_PER_SAMPLE
        with self._lock:
            if self._filling:
                return bytes(wanted)
            pcm = bytes(self._waiting[:wanted])
            del self._waiting[:wanted]
            self._filling = len(pcm) < wanted
        return pcm + bytes(wanted - len(pcm))

    def clear(self) -> None:
        """Forget everything that waits."""
        with self._lock:
            self._waiting.clear()
            self._filling = True
