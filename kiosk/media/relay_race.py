"""Tries several ways at once, the best with a head start, and keeps the first that works. Knows nothing of TURN.

After RFC 8305 ("happy eyeballs"): what fails, or takes too long, holds up nothing but itself.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

HEAD_START_S: Final = 0.5  # several round trips on any line that can carry a call
LIMIT_S: Final = 5.0

W = TypeVar("W")
T = TypeVar("T")


class NoneWorks(Exception):
    """No way works: `why` each did not, in the order given; a TimeoutError where there was no answer."""

    def __init__(self, why: list[BaseException]) -> None:
        super().__init__(why)
        self.why = why


class Race(Generic[W, T]):
    """One race. `attempt` makes the attempt; `drop` lets go of one that worked too late."""

    def __init__(self, attempt: Callable[[W], Awaitable[T]], drop: Callable[[T], None]) -> None:
        self._attempt, self._drop = attempt, drop
        self._running: dict[asyncio.Task[T], W] = {}
        self._why: dict[W, BaseException] = {}

    async def run(
        self, heats: Sequence[Sequence[W]], *, head_start_s: float = HEAD_START_S, limit_s: float = LIMIT_S
    ) -> tuple[W, T]:
        """The first way that works, and what it gave. Each of the `heats` starts when the one before has had its time,
        or has failed whole. Raises NoneWorks."""
        waiting = list(heats)
        won: tuple[W, T] | None = None
        try:
            async with asyncio.timeout(limit_s):
                while waiting or self._running:
                    if waiting:
                        self._start(waiting.pop(0))
                    if (won := await self._first(head_start_s if waiting else None)) is not None:
                        return won
        except TimeoutError:
            pass
        finally:
            await self._stop(won)
        raise NoneWorks([self._why.get(way, TimeoutError()) for heat in heats for way in heat])

    def _start(self, heat: Sequence[W]) -> None:
        for way in heat:
            self._running[asyncio.ensure_future(self._attempt(way))] = way

    async def _first(self, patience_s: float | None) -> tuple[W, T] | None:
        """The first of those that run to work; None when all have failed, or the time is over."""
        loop = asyncio.get_running_loop()
        until = None if patience_s is None else loop.time() + patience_s
        while self._running:
            left = None if until is None else max(0.0, until - loop.time())
            done, _ = await asyncio.wait(self._running, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            if not done:
                return None
            in_order = [task for task in self._running if task in done]  # `done` is a set and has none
            worked = [each for task in in_order if (each := self._ended(task)) is not None]
            for _way, late in worked[1:]:
                self._drop(late)
            if worked:
                return worked[0]
        return None

    def _ended(self, task: asyncio.Task[T]) -> tuple[W, T] | None:
        way = self._running.pop(task)
        if (error := task.exception()) is not None:
            self._why[way] = error
            return None
        return way, task.result()

    async def _stop(self, won: tuple[W, T] | None) -> None:
        """End what still runs; cut short, an attempt lets go of what it opened. Cut short itself, nothing is won."""
        for task in self._running:
            task.cancel()
            task.add_done_callback(self._let_go)
        try:
            if self._running:
                await asyncio.wait(self._running)
        except BaseException:
            if won is not None:
                self._drop(won[1])
            raise
        self._running.clear()

    def _let_go(self, late: asyncio.Task[T]) -> None:
        if not late.cancelled() and late.exception() is None:
            self._drop(late.result())
