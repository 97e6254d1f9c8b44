"""What the microphone heard, between two threads, bounded. Opens no device."""

import threading
from collections import deque
from typing import Final, Protocol

from kiosk.media.sound_format import BLOCK_SAMPLES, BYTES_PER_SAMPLE

BLOCK_BYTES: Final = BLOCK_SAMPLES * BYTES_PER_SAMPLE
MOST_HEARD_BLOCKS: Final = 10  # 200 ms; older sound is worse than none


class Plays(Protocol):
    """What a loudspeaker is fed from, on the sound thread."""

    queued_ms: int  # what the loudspeaker has taken and not yet passed on, by its own word

    def take(self, most_bytes: int) -> bytes:
        """Exactly `most_bytes`, cut to whole samples."""


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
