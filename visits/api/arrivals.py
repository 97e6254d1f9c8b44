"""How many laptops may arrive at once: one more is asked to come back in a while, before its arrival costs much.

An arrival that takes longer than a laptop waits for it is work for nothing, and so is the next one's: a service that
lets everybody in at once after an outage lets nobody in. Only the event loop may touch it.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from contract.refusals import RefusalCode
from visits.errors import Refused

MOST: Final = 8  # at some milliseconds each, the last of them is in soon, and nobody else waits long behind them
# A laptop with a call in hand does not wait for so long: it tries again by its own, shorter waits.
SOONEST_S: Final = 5
LATEST_S: Final = 20


class Busy(Refused):
    """Come back after so many seconds."""

    def __init__(self) -> None:
        super().__init__(RefusalCode.UNAVAILABLE)
        self.again_in_s = random.randint(SOONEST_S, LATEST_S)  # noqa: S311 - spreads returns, hides nothing


class Arrivals:
    """Counts the laptops that wait for the store before they are welcomed."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._now = 0

    def admit(self) -> None:
        """Whether another may arrive now. Raises Busy."""
        if self._now >= self._most:
            raise Busy

    @contextmanager
    def one(self) -> Iterator[None]:
        """A laptop waits for the store, for the length of the block."""
        self._now += 1
        try:
            yield
        finally:
            self._now -= 1
