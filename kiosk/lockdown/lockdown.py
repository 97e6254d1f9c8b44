"""The lockdown: measures applied in order and proved, then watched, events first and a sweep second; never undone."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from kiosk.errors import KioskError
from kiosk.lockdown.findings import Findings
from kiosk.lockdown.measure import Measure, Watch, finding
from kiosk.policy.measures import Finding, MeasureName

LOG: Final = logging.getLogger(__name__)
SETTLE_S: Final = 0.05  # events come in bursts: one look for all of them


class Lockdown:
    """Looks on a thread of its own, so that a file of the kernel's that does not answer never delays an END.

    `on_found` hears on the loop after each look. `apply` is False on a DEMO: a developer's machine is looked at and
    left as it is.
    """

    def __init__(
        self,
        measures: Sequence[Measure],
        watches: Sequence[Watch],
        findings: Findings,
        on_found: Callable[[], None],
        *,
        apply: bool,
    ) -> None:
        self._measures = {measure.name: measure for measure in measures}
        self._watches, self._findings, self._on_found, self._apply = watches, findings, on_found, apply
        self._poked: set[MeasureName] = set()
        self._news = asyncio.Event()
        self._due: dict[MeasureName, float] = {}
        self._said: dict[MeasureName, str] = {}  # of what could not be applied
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lockdown")
        self._sweeping: asyncio.Task[None] | None = None

    async def engage(self) -> None:
        """Apply each measure and look at once; what does not take stays lost, and nothing is undone for it."""
        self._listen()
        await self._on_thread(list(self._measures), apply=self._apply)
        self._sweeping = asyncio.create_task(self._sweep(), name="sweep the lockdown")
        self._sweeping.add_done_callback(report_crash)

    def poke(self, name: MeasureName) -> None:
        """Something about this measure may have changed: look now."""
        if name in self._measures:
            self._poked.add(name)
            self._news.set()

    async def close(self) -> None:
        """Stop looking; what was applied stays. Safe twice."""
        for watch in self._watches:
            watch.close()
        if self._sweeping is not None:
            self._sweeping.cancel()
            await asyncio.gather(self._sweeping, return_exceptions=True)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _listen(self) -> None:
        for watch in self._watches:
            try:
                watch.open(self.poke)
            except (OSError, KioskError) as error:  # the sweep still looks
                LOG.error("%s cannot hear of changes: %s", type(watch).__name__, error)

    async def _sweep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            wait_s = max(0.0, min(self._due.values(), default=loop.time() + 1.0) - loop.time())
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
                await asyncio.sleep(SETTLE_S)
            self._news.clear()
            poked, self._poked = self._poked, set()
            now = loop.time()
            await self._on_thread([name for name in self._measures if name in poked or self._due[name] <= now])

    async def _on_thread(self, names: Sequence[MeasureName], *, apply: bool = False) -> None:
        loop = asyncio.get_running_loop()
        if names:
            for found, at_ms in await loop.run_in_executor(self._pool, self._look, names, apply):
                self._findings.found([found], at_ms)
        now = loop.time()
        self._due |= {name: now + self._measures[name].every_s for name in names}
        self._on_found()

    def _look(self, names: Sequence[MeasureName], apply: bool) -> list[tuple[Finding, int]]:
        return [self._prove(self._measures[name], apply) for name in names]

    def _prove(self, measure: Measure, apply: bool) -> tuple[Finding, int]:
        if apply:
            self._try(measure)
        at_ms = self._findings.now_ms()
        found = finding(measure)
        if found.is_lost and self._apply and not apply:
            self._try(measure)  # the next look tells whether it took; this loss is told all the same
        return found, at_ms

    def _try(self, measure: Measure) -> None:
        """Apply one; what comes of it is logged once, and not at every look."""
        said = ""
        try:
            measure.apply()
        except Exception as error:  # whatever it was, looking tells whether it holds
            said = f"{type(error).__name__}: {error}"
        if said and said != self._said.get(measure.name):
            LOG.error("%s could not be applied: %s", measure.name, said)
        self._said[measure.name] = said


def report_crash(task: asyncio.Task[None]) -> None:
    """A task that looks has ended by itself: what it found grows old from now on, and bars calls."""
    if not task.cancelled() and (error := task.exception()) is not None:
        LOG.critical("%s: %s: %s", task.get_name(), type(error).__name__, error)
