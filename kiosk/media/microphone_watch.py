"""Says what the microphone hears, in steps, when that changes. It looks from the loop; no sound passes here."""

import asyncio
from collections.abc import Callable
from typing import Final

from kiosk.hearing import Hearing, step_of

LOOK_EVERY_S: Final = 0.1  # an eye wants no more, and the screen is to be asked for no more


class MicrophoneWatch:
    """Asks `dbfs` (None: there is no microphone) and tells `say` what is new; None once the microphone is shut."""

    def __init__(self, dbfs: Callable[[], float | None], say: Callable[[Hearing | None], None]) -> None:
        self._dbfs, self._say = dbfs, say
        self._said: Hearing | None = None

    async def run(self) -> None:
        """Look until cancelled; then nothing is open."""
        try:
            while True:
                self.look()
                await asyncio.sleep(LOOK_EVERY_S)
        finally:
            self._tell(None)

    def look(self) -> None:
        """Look once."""
        dbfs = self._dbfs()
        before = (self._said.step if self._said else None) or 0
        self._tell(Hearing(None if dbfs is None else step_of(dbfs, before)))

    def _tell(self, hearing: Hearing | None) -> None:
        if hearing != self._said:
            self._said = hearing
            self._say(hearing)
