"""When memory that only circles hold is looked for: the young often, all of it seldom, for that holds everybody up.

With 1,200 laptops connected one look at all of it takes a third of a second, and by itself Python would look whenever
a few hundred more have come, which is just when all of them come back.
"""

import gc
from typing import Final

from visits.ports import Clock

YOUNG: Final = 10_000  # objects made since the last look
OLDER: Final = 50  # looks at the young to one at those that outlived one
NEVER: Final = 1_000_000
ALL_EVERY_S: Final = 600.0


class Garbage:
    """All of it once in ten minutes, when it is asked; a third of a second then, and nobody waits for it longer."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._looked_at = clock.monotonic()

    def look(self) -> None:
        """Collect all of it, if it is time."""
        if self._clock.monotonic() - self._looked_at >= ALL_EVERY_S:
            gc.collect()
            self._looked_at = self._clock.monotonic()


def collect_the_young_only() -> None:
    """From now on nothing else is collected by itself. What is there already, code for the most part, never is."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, OLDER, NEVER)
