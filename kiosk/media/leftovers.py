"""Gives memory back when a session is over: a laptop makes many calls a day, and each left some 40 MB behind.

What a session leaves is small objects that refer to each other, found only when somebody looks, with pictures, an
encoder and a decoder behind them that no count of objects shows; and what the C library keeps of them for the next.
"""

import ctypes
import gc
from collections.abc import Callable
from typing import Final, cast

_TRIM: Final = cast("Callable[[int], int] | None", getattr(ctypes.CDLL(None), "malloc_trim", None))  # glibc's


def settle() -> None:
    """Once all is loaded: it stays, and no later look need go over it, which would hold up the screen."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Let go of whatever nobody can reach any more, and return free pages to the system."""
    gc.collect()
    if _TRIM is not None:
        _TRIM(0)
