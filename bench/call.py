"""One call with a real browser, several times: joining, pictures both ways, and how soon the shell is ready."""

import asyncio
import os
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.cpu import tree_cpu_s
from bench.rows import publish, row
from contract.words import Outcome
from demo.__main__ import play
from demo.options import Options
from demo.report import Report, Video
from demo.run import Demo
from tests.e2e.kit.clips import write_picture, write_tone
from tests.e2e.kit.family import Family, family

RUNS: Final = int(os.environ.get("BENCH_RUNS", "5"))
TALK_S: Final = 15
WATCH: Final = """
const Plain = window.RTCPeerConnection;
window.bench = {connections: [], firstPicture: null};
window.RTCPeerConnection = class extends Plain {
  constructor(...given) { super(...given); window.bench.connections.push(this); }
};
const look = () => {
  const video = document.querySelector("video[data-them]");
  if (!video) { requestAnimationFrame(look); return; }
  video.requestVideoFrameCallback(() => {
    window.bench.firstPicture = (performance.timeOrigin + performance.now()) / 1000;
  });
};
addEventListener("DOMContentLoaded", look);
"""
STATS: Final = """async () => {
  const found = {at: performance.now() / 1000, firstPicture: window.bench.firstPicture};
  for (const connection of window.bench.connections) {
    if (connection.connectionState !== "connected") continue;
    (await connection.getStats()).forEach(one => {
      if (one.type === "outbound-rtp" && one.kind === "video") {
        Object.assign(found, {sent: one.framesEncoded, width: one.frameWidth, height: one.frameHeight});
      }
      if (one.type === "inbound-rtp" && one.kind === "video") { found.received = one.framesDecoded; }
    });
  }
  return found;
}"""
FIRST_PAINT: Final = """() => new Promise(done => new PerformanceObserver(list => done(list.getEntries()[0].startTime))
    .observe({type: "paint", buffered: true}))"""


@dataclass
class Seen:
    """What one run showed of the laptop and of the browser."""

    report: Report | None = None
    ready_s: float | None = None
    browser_join_s: float | None = None
    browser_first_paint_s: float | None = None
    browser_sent_fps: float | None = None
    browser_painted_fps: float | None = None
    browser_sends: str = ""
    laptop_cpu: float | None = None
    browser_cpu: float | None = None


@dataclass
class Runs:
    """All runs, as lists of figures."""

    seen: list[Seen] = field(default_factory=list)

    def of(self, name: str) -> list[float]:
        """One figure of every run that has it."""
        return [value for one in self.seen if (value := getattr(one, name)) is not None]

    def videos(self, side: str) -> list[Video]:
        """What was sent or received, of every run that came so far."""
        parts = [getattr(one.report, side).video for one in self.seen if one.report is not None]
        return [part for part in parts if part is not None]


class BenchDemo(Demo):
    """A demo whose family is a real browser that is watched."""

    clips: Path
    seen: Seen

    def tell(self, line: str) -> None:
        """Say nothing: the table is the story."""

    async def run(self) -> None:
        """One call; then what the machine measured of it."""
        async with AsyncExitStack() as self._stack:
            await super().run()
        self.seen.ready_s = self.story.times["painted"] - self.shell_started_at

    async def family(self, link: str) -> None:
        """Start Chromium, go to the waiting room, and watch from then on."""
        began = time.monotonic()
        people = await self._stack.enter_async_context(family(self.clips / "p.y4m", self.clips / "s.wav"))
        launched = time.monotonic() - began
        await people.page.add_init_script(WATCH)
        await people.opens(link)
        self.seen.browser_first_paint_s = launched + await people.page.evaluate(FIRST_PAINT) / 1000
        self._watching = asyncio.create_task(self._watch(people), name="watch the browser")

    async def _watch(self, people: Family) -> None:
        """From five seconds into the call to the last second, pictures and processor time."""
        await people.is_at("call", within_s=60)
        joined_at = time.time() - time.monotonic() + self.story.times["joining"]
        await asyncio.sleep(TALK_S / 3)
        guard, browser = self.stage.pid("guard"), browser_pid(self.clips)
        before, cpu_before, at = await people.page.evaluate(STATS), _cpu(guard, browser), time.monotonic()
        await asyncio.sleep(TALK_S / 3)
        after, cpu_after, seconds = await people.page.evaluate(STATS), _cpu(guard, browser), time.monotonic() - at
        self._take(before, after, joined_at)
        self.seen.laptop_cpu = 100 * (cpu_after[0] - cpu_before[0]) / seconds
        self.seen.browser_cpu = 100 * (cpu_after[1] - cpu_before[1]) / seconds

    def _take(self, before: dict[str, Any], after: dict[str, Any], joined_at: float) -> None:
        seconds = after["at"] - before["at"]
        self.seen.browser_sent_fps = (after["sent"] - before["sent"]) / seconds
        self.seen.browser_painted_fps = (after["received"] - before["received"]) / seconds
        self.seen.browser_sends = f"{after['width']}x{after['height']}"
        self.seen.browser_join_s = after["firstPicture"] - joined_at


def _cpu(guard: int, browser: int) -> tuple[float, float]:
    return tree_cpu_s(guard), tree_cpu_s(browser)


def browser_pid(clips: Path) -> int:
    """The browser that plays our clip: the first process with it on its command line."""
    for folder in sorted(Path("/proc").glob("[0-9]*"), key=lambda path: int(path.name)):
        try:
            words = (folder / "cmdline").read_bytes()
        except OSError:
            continue
        if b"chromium" in words and str(clips).encode() in words:
            return int(folder.name)
    raise LookupError("the browser is not running")


def run() -> None:
    """Run it RUNS times and publish."""
    runs = Runs()
    with tempfile.TemporaryDirectory(prefix="visit-bench-") as folder:
        BenchDemo.clips = Path(folder)
        write_picture(BenchDemo.clips / "p.y4m", 1280, 720)
        write_tone(BenchDemo.clips / "s.wav", 1000)
        for _ in range(RUNS):
            runs.seen.append(_once())
    publish("call", _rows(runs), _notes(runs))


def _once() -> Seen:
    seen = BenchDemo.seen = Seen()
    options = Options(visitor="browser", headless=True, seconds=TALK_S, screenshots=None, report=None)
    seen.report = asyncio.run(play(options, BenchDemo))
    return seen


def _rows(runs: Runs) -> list[Any]:
    reports = [one.report for one in runs.seen if one.report is not None]
    painted = [r.painted.video.fps for r in reports if r.painted.video is not None and r.painted.video.fps is not None]
    return [
        row(
            "join: admit to first family picture painted",
            [r.join_s for r in reports if r.join_s is not None],
            "s",
            peer=runs.of("browser_join_s"),
            most=1.5,
        ),
        row(
            "pictures sent by the laptop, 1280x720",
            [v.fps for v in runs.videos("sent") if v.fps is not None and (v.width, v.height) == (1280, 720)],
            "fps",
            peer=runs.of("browser_sent_fps"),
            least=29.5,
        ),
        row("pictures of the browser painted", painted, "fps", peer=runs.of("browser_painted_fps"), least=28),
        row("shell ready after start", runs.of("ready_s"), "s", peer=runs.of("browser_first_paint_s"), most=1.5),
        row("processor, guard and shell", runs.of("laptop_cpu"), "%", peer=runs.of("browser_cpu")),
    ]


def _notes(runs: Runs) -> list[str]:
    outcomes = [str(one.report.outcome) for one in runs.seen if one.report is not None]
    return [
        f"{len(outcomes)} calls of {TALK_S} s on {os.cpu_count()} cores; peer: Debian's Chromium in the same call",
        f"completed normally: {outcomes.count(Outcome.COMPLETED_NORMALLY)}; the browser sent "
        + ", ".join(sorted({one.browser_sends for one in runs.seen})),
    ]
