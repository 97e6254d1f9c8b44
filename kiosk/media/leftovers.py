"""Gives memory back, when a session is over and during one: a laptop makes many calls a day, some of them long.

What a session leaves is small objects that refer to each other, found only when somebody looks, with pictures, an
encoder and a decoder behind them that no count of objects shows: some 40 MB. And the C library keeps what was freed for
the next to ask: in a long call, with each new size of picture more, 80 MB after ten minutes.
"""

import asyncio
import ctypes
import gc
from collections.abc import Callable
from typing import Final, Never, cast

_TRIM: Final = cast("Callable[[int], int] | None", getattr(ctypes.CDLL(None), "malloc_trim", None))  # glibc's
EVERY_S: Final = 30.0  # each takes 1 to 4 ms


def settle() -> None:
    """Once all is loaded: it stays, and no later look need go over it, which would hold up the screen."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Let go of whatever nobody can reach any more, and return free pages to the system."""
    gc.collect()
    trim()


def trim() -> None:
    """Return the pages that nothing lies on to the system."""
    if _TRIM is not None:
        _TRIM(0)


async def keep_trim() -> Never:
    """Do so every now and then."""
    while True:
        await asyncio.sleep(EVERY_S)
        await asyncio.to_thread(trim)
