"""`make soak`, and the end of `make bench ONLY=media`: one long call, and what grows in it."""

import asyncio
import os
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.media import clip as clips
from bench.media.ears import RATE, Recording, listening
from bench.media.figures import since
from bench.media.page import Setting, soak_block, write
from bench.media.slope import slope
from bench.media.stage import Stage, staged
from bench.media.syllables import LOOP_S, energies, where
from bench.media.trial import connected, laptop_boxes
from bench.media.versus import Versus
from bench.media.weight import Weight, weigh
from bench.rows import Goal
from tests.e2e.kit.sound import PHONE

SOAK_S: Final = float(os.environ.get("BENCH_SOAK_S", "1800"))
EVERY_S: Final = 10.0
WARM_S: Final = min(120.0, SOAK_S / 4)  # caches fill, buffers find their size
LISTEN_S: Final = 2.0
HOURS: Final = 8
_DRIFT_LOOKS: Final = 6


@dataclass
class Soaked:
    """Readings over one call: seconds since it began, and what there was."""

    weights: list[tuple[float, Weight]] = field(default_factory=list)
    late_ms: list[tuple[float, float]] = field(default_factory=list)
    trouble: str | None = None

    def rows(self) -> list[Versus]:
        """What must not grow."""
        settled = [(at, weight) for at, weight in self.weights if at >= WARM_S]
        if len(settled) < 2:
            return [Versus("soak: memory, slope to 8 h", "MB", [None], goal=Goal(most=20))]
        seconds = HOURS * 3600
        memory = slope([(at, weight.pss_mb) for at, weight in settled]) * seconds
        first, last = settled[0][1], settled[-1][1]
        return [
            Versus("soak: memory (PSS), slope to 8 h", "MB", [memory], goal=Goal(most=20)),
            Versus("soak: memory at its end", "MB", [last.pss_mb]),
            Versus("soak: more threads at its end", "", [float(last.threads - first.threads)], goal=Goal(most=0)),
            Versus("soak: more open files at its end", "", [float(last.files - first.files)], goal=Goal(most=0)),
            Versus("soak: sound drift, mouth to far ear", "ms", [self._drift()], goal=Goal(most=40)),
        ]

    def _drift(self) -> float | None:
        """How far the last readings of the delay are from the first ones."""
        late = [ms for at, ms in self.late_ms if at >= WARM_S]
        if len(late) < 2:
            return None
        some = max(1, min(_DRIFT_LOOKS, len(late) // 2))
        middle = [sorted(part)[len(part) // 2] for part in (late[:some], late[-some:])]
        return abs(middle[1] - middle[0])


def run() -> None:
    """Soak for BENCH_SOAK_S seconds, print, and write the page's part if it was the half hour of the table or more."""
    load = os.getloadavg()[0]
    soaked = Soaked()
    with tempfile.TemporaryDirectory(prefix="visit-soak-") as folder:
        asyncio.run(_soak(Path(folder), soaked))
    block = soak_block(soaked.rows(), soaked.trouble, Setting("1", "1", 1, SOAK_S, load))
    print(block)
    if SOAK_S >= 1800:
        write(block, "soak")


async def _soak(folder: Path, soaked: Soaked) -> None:
    clip = await asyncio.to_thread(clips.make, "1", folder / "clip")
    try:
        async with staged(folder, clip) as stage:
            async with laptop_boxes(stage):
                pass  # the files it needs are in memory now
            await _call(stage, soaked)
    except (TimeoutError, ConnectionError, AssertionError, LookupError, OSError) as error:
        soaked.trouble = f"{type(error).__name__}: {error}"


async def _call(stage: Stage, soaked: Soaked) -> None:
    async with AsyncExitStack() as stack:
        near, _ = await stack.enter_async_context(connected(stage))
        voice = await near.line.until("own-voice")
        began = time.monotonic()
        while (now := time.monotonic() - began) < SOAK_S:
            soaked.weights.append((now, weigh(near.pid)))
            if near.line.of("failed"):
                raise ConnectionError(near.line.of("failed")[-1]["text"])
            async with listening(PHONE, stage.sound.env) as heard:
                await asyncio.sleep(LISTEN_S)
            late = late_ms(heard, float(voice["at"]), stage.clip.symbols)
            if late is not None:
                soaked.late_ms.append((now, late))
            await asyncio.sleep(EVERY_S - LISTEN_S)


def late_ms(heard: Recording, mouth: float, symbols: tuple[int, ...]) -> float | None:
    """How late the clip's sound is heard, by one short recording; None where too little of it is right."""
    samples = heard.samples()
    skipped = round(0.3 * RATE)  # a recording's first moments are as the sound server likes
    found = where(energies(samples[skipped:]), symbols)
    if found is None or found.share < 0.5:
        return None
    return 1000 * since(heard.began_at + skipped / RATE - mouth - found.position_s, LOOP_S)
