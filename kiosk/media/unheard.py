"""In the place of a loudspeaker: asks for received sound as one would, and drops it, so that it is still counted."""

import asyncio
from typing import Final, Protocol

from kiosk.media.sound_format import BLOCK_MS, BYTES_PER_MS

_MOST_AT_ONCE_MS: Final = 10 * BLOCK_MS  # a loop that was held up does not catch up for longer


class Sounding(Protocol):
    """What waits to be played."""

    def take(self, most_bytes: int) -> bytes:
        """Exactly so many bytes."""


class Unheard:
    """Draws at the pace of the loop's clock until stopped. Belongs to the loop."""

    def __init__(self) -> None:
        self._task: asyncio.Task[None] | None = None

    def start(self, sound: Sounding) -> None:
        """Begin; once."""
        self._task = asyncio.create_task(_draw(sound), name="media-unheard")

    async def stop(self) -> None:
        """Stop. Safe twice, and before `start`."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])


async def _draw(sound: Sounding) -> None:
    loop = asyncio.get_running_loop()
    drawn = loop.time()
    while True:
        await asyncio.sleep(BLOCK_MS / 1000)
        due_ms = min(_MOST_AT_ONCE_MS, int((loop.time() - drawn) * 1000))
        drawn = max(drawn + due_ms / 1000, loop.time() - _MOST_AT_ONCE_MS / 1000)
        sound.take(due_ms * BYTES_PER_MS)
