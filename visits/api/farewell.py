"""The service's last words: each laptop is told when to come back, and what is under way is finished. Closes nothing.

The stages of stopping, each with its own limit: no new connections; these words; connections closed with 1012
(`visits.api.server`); the background task; the store.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import Final

from contract.laptop_link import GoingAway
from visits.api.switchboard import Switchboard

MOMENT_S: Final = 0.1  # for what was said last to leave
SOONEST_S: Final = 1.0  # a service is hardly back before
A_SECOND: Final = 60.0  # so many laptops may come back in one


class Farewell:
    """Said once, however many listeners stop."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._saying: asyncio.Task[None] | None = None

    async def say(self) -> None:
        """Tell every laptop when to come back, and wait until the store has done what it was asked before."""
        if self._saying is None:
            self._saying = asyncio.create_task(self._say(), name="say farewell")
        await asyncio.shield(self._saying)

    async def _say(self) -> None:
        laptops = self._board.laptops
        laptop_ids = laptops.connected()
        moments = spread(len(laptop_ids), random.Random())  # noqa: S311 - spreads returns, hides nothing
        for laptop_id, again_in_s in zip(laptop_ids, moments, strict=True):
            laptops.say(laptop_id, GoingAway(again_in_ms=round(1000 * again_in_s)))
        await self._board.store.version()
        await asyncio.sleep(MOMENT_S)


def spread(count: int, dice: random.Random) -> Sequence[float]:
    """Seconds after which each of `count` laptops should come back, in no order: about so many in each second."""
    step_s = 1 / A_SECOND
    moments = [SOONEST_S + step_s * (number + dice.random()) for number in range(count)]
    dice.shuffle(moments)
    return moments
