"""Says what the microphone hears, in steps, when that changes. It looks from the loop; no sound passes here."""

from collections.abc import Callable

from kiosk.hearing import Hearing, step_of
from kiosk.media.watch import Watch


class MicrophoneWatch(Watch[Hearing]):
    """Asks `dbfs` (None: there is no microphone) and tells `say` what is new; None once the microphone is shut."""

    def __init__(self, dbfs: Callable[[], float | None], say: Callable[[Hearing | None], None]) -> None:
        super().__init__(say)
        self._dbfs = dbfs

    def look(self) -> None:
        """Look once."""
        dbfs = self._dbfs()
        before = (self._said.step if self._said else None) or 0
        self._tell(Hearing(None if dbfs is None else step_of(dbfs, before)))
