"""One call with a real browser, several times: joining, pictures both ways, and how soon the shell is ready."""

import asyncio
import os
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

from bench.browser import WATCH, Stretch, between, browser_pid, first_paint_s, look
from bench.cpu import tree_cpu_s
from bench.rows import Goal, Row, publish
from bench.seen import Seen
from bench.stages import FIRST_PICTURE, JOIN, JOINED, START, told
from demo.__main__ import play
from demo.options import Options
from demo.run import Demo
from tests.e2e.kit.clips import write_picture, write_tone
from tests.e2e.kit.family import Family, family

RUNS: Final = int(os.environ.get("BENCH_RUNS", "5"))
TALK_S: Final = 15


class BenchDemo(Demo):
    """A demo whose family is a real browser that is watched."""

    clips: Path
    seen: Seen

    def tell(self, line: str) -> None:
        """Say nothing: the table is the story."""

    async def run(self) -> None:
        """One call; then what the machine measured of it."""
        self._watching: asyncio.Task[None] | None = None
        try:
            async with AsyncExitStack() as self._stack:
                await super().run()
                if self._watching is not None:
                    await self._watching
        finally:
            if self._watching is not None:
                self._watching.cancel()
            self.seen.times = {**self.story.times, "guard_started": self.shell_started_at}

    async def family(self, link: str) -> None:
        """Start Chromium, go to the waiting room, and watch from then on."""
        began = time.monotonic()
        people = await self._stack.enter_async_context(family(self.clips / "p.y4m", self.clips / "s.wav"))
        launched = time.monotonic() - began
        await people.page.add_init_script(WATCH)
        await people.opens(link)
        self.seen.browser_first_paint_s = launched + await first_paint_s(people)
        self._watching = asyncio.create_task(self._watch(people), name="watch the browser")

    async def _watch(self, people: Family) -> None:
        """From five seconds into the call to the last five, pictures and processor time."""
        await people.is_at("call", within_s=60)
        await asyncio.sleep(TALK_S / 3)
        guard, browser = self.stage.pid("guard"), browser_pid(self.clips)
        before, cpu_before, at = await look(people), _cpu(guard, browser), time.monotonic()
        await asyncio.sleep(TALK_S / 3)
        after, cpu_after, seconds = await look(people), _cpu(guard, browser), time.monotonic() - at
        self.seen.laptop_cpu = 100 * (cpu_after[0] - cpu_before[0]) / seconds
        self.seen.browser_cpu = 100 * (cpu_after[1] - cpu_before[1]) / seconds
        self._take(between(before, after))

    def _take(self, stretch: Stretch) -> None:
        self.seen.stretch = stretch
        if stretch.first_picture_at is not None:
            admitted_at = time.time() - time.monotonic() + self.story.times["admitted"]
            self.seen.browser_join_s = stretch.first_picture_at - admitted_at


def _cpu(guard: int, browser: int) -> tuple[float, float]:
    return tree_cpu_s(guard), tree_cpu_s(browser)


def run() -> None:
    """Run it RUNS times and publish."""
    with tempfile.TemporaryDirectory(prefix="visit-bench-") as folder:
        BenchDemo.clips = Path(folder)
        write_picture(BenchDemo.clips / "p.y4m", 1280, 720)
        write_tone(BenchDemo.clips / "s.wav", 1000)
        runs = [once(BenchDemo) for _ in range(RUNS)]
    publish("call", rows(runs), notes(runs))


def once(demo: type[BenchDemo]) -> Seen:
    """One call of this demo; one that breaks says why."""
    seen = demo.seen = Seen()
    options = Options(visitor="browser", headless=True, seconds=TALK_S, screenshots=None, state=None, report=None)
    try:
        seen.report = asyncio.run(play(options, demo))
    except Exception as error:  # a run that breaks is told of, and the others still count
        seen.trouble = f"{type(error).__name__}: {error}".splitlines()[0]
    return seen


def rows(runs: Sequence[Seen]) -> list[Row]:
    """The table."""
    return [
        Row(
            "join: admit to first family picture painted",
            [one.join_s for one in runs],
            "s",
            [one.browser_join_s for one in runs],
            Goal(most=1.5),
        ),
        Row(
            "pictures sent by the laptop, 1280x720",
            [one.sent_fps for one in runs],
            "fps",
            [one.browser_sent_fps for one in runs],
            Goal(least=29.5),
        ),
        Row(
            "pictures of the browser painted",
            [one.painted_fps for one in runs],
            "fps",
            [one.browser_painted_fps for one in runs],
            Goal(least=28),
        ),
        Row(
            "first scene painted after start: that the laptop starts",
            [one.ready_s for one in runs],
            "s",
            [one.browser_first_paint_s for one in runs],
            Goal(most=1.5),
        ),
        Row(
            "processor, guard and shell",
            [one.laptop_cpu for one in runs],
            "%",
            [one.browser_cpu for one in runs],
        ),
    ]


def notes(runs: Sequence[Seen]) -> list[str]:
    """What the table does not say: how it was measured, what went wrong, and where the time goes."""
    sizes = sorted({one.stretch.sends for one in runs if one.stretch is not None})
    times = [one.times for one in runs]
    return [
        f"{len(runs)} calls of {TALK_S} s on {os.cpu_count()} cores; peer: Debian's Chromium in the same call",
        f"completed normally: {sum(one.completed for one in runs)}; the browser sent {', '.join(sizes) or 'nothing'}",
        *(f"run {number}: {why}" for number, one in enumerate(runs, 1) if (why := one.why_not)),
        told("start of the shell", START, times),
        told("join", JOIN, times),
        told("join, as the laptop reports it", JOINED, times),
        told("from DTLS", FIRST_PICTURE, times),
    ]
