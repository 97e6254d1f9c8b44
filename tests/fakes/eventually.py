"""Waits for what must come true, with an end to every wait."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")
LOOK_EVERY_S: Final = 0.05


async def eventually(
    look: Callable[[], T | None], within_s: float, what: str | Callable[[], str], every_s: float = LOOK_EVERY_S
) -> T:
    """The first answer of `look` that is true. Fails with `what`, as it is by then, when none came in time."""
    answer = look()
    loop = asyncio.get_running_loop()
    end = loop.time() + within_s
    while not answer:
        if loop.time() > end:
            raise AssertionError(f"not within {within_s} s: {what if isinstance(what, str) else what()}")
        await asyncio.sleep(every_s)
        answer = look()
    return answer


async def holds_for(claim: Callable[[], bool], seconds: float, what: str, but_for_s: float = 0.0) -> None:
    """Fails with `what` if `claim` becomes false within `seconds`, and stays so for `but_for_s`; at the end it is true.

    Where `but_for_s` is given, a machine that stands still is told from what is claimed not to happen.
    """
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    false_since: float | None = None
    while loop.time() < end or false_since is not None:
        if claim():
            false_since = None
        else:
            false_since = loop.time() if false_since is None else false_since
            assert loop.time() - false_since < but_for_s, what
        await asyncio.sleep(LOOK_EVERY_S)


async def within(seconds: float, work: Awaitable[T]) -> T:
    """`work`, with an end."""
    return await asyncio.wait_for(work, seconds)
