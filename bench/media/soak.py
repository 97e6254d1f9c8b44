"""`make soak`, and the end of `make bench ONLY=media`: one long call, and what grows in it."""

import asyncio
import os
import signal
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.cpu import busy_cores
from bench.media import clip as clips
from bench.media.contenders import Contender
from bench.media.ears import RATE, Recording, listening
from bench.media.figures import since
from bench.media.page import Setting, soak_block, write
from bench.media.slope import slope
from bench.media.stage import Stage, staged
from bench.media.syllables import LOOP_S, energies, where
from bench.media.trial import BROKEN, connected, laptop_boxes, unless_cancelled
from bench.media.versus import Versus
from bench.media.weight import Weight, weigh
from bench.rows import OUT, Goal
from tests.e2e.kit.sound import PHONE

SOAK_S: Final = float(os.environ.get("BENCH_SOAK_S", "1800"))
EVERY_S: Final = 10.0
WARM_S: Final = min(120.0, SOAK_S / 4)  # caches fill, buffers find their size
LISTEN_S: Final = 2.0
LATEST_S: Final = 60.0  # at its end, in which something must still come
TABLE_S: Final = 1800.0  # of the table's
HOURS: Final = 8
_DRIFT_LOOKS: Final = 6


@dataclass
class Soaked:
    """Readings over one call: seconds since it began, and what there was."""

    asked_s: float = SOAK_S
    weights: list[tuple[float, Weight]] = field(default_factory=list)
    late_ms: list[tuple[float, float]] = field(default_factory=list)
    pictures: list[tuple[float, int, int]] = field(default_factory=list)  # decoded by then, at the laptop and far away
    trouble: str | None = None

    @property
    def lasted_s(self) -> float:
        """How long it was, by its last reading."""
        return self.weights[-1][0] if self.weights else 0.0

    @property
    def why_not(self) -> str | None:
        """Why its figures may not count: it broke, was too short, or nothing came any more at its end."""
        if self.trouble is not None:
            return self.trouble
        if self.lasted_s < self.asked_s - 3 * EVERY_S:
            return f"it was ended after {self.lasted_s:.0f} s of {self.asked_s:.0f}"
        since_s = self.lasted_s - LATEST_S
        if not any(at >= since_s for at, _ in self.late_ms):
            return "no sound was heard at its end"
        recent = [counts for at, *counts in self.pictures if at >= since_s]
        for end, index in (("laptop", 0), ("far end", 1)):
            if len({counts[index] for counts in recent}) < 2:
                return f"no picture came to the {end} at its end"
        return None

    def rows(self) -> list[Versus]:
        """What must not grow; a call that may not count has no figures."""
        memory = threads = files = drift = None
        settled = [(at, weight) for at, weight in self.weights if at >= WARM_S]
        if len(settled) >= 2 and self.why_not is None:
            first, last = settled[0][1], settled[-1][1]
            memory = slope([(at, weight.pss_mb) for at, weight in settled]) * HOURS * 3600
            threads, files = float(last.threads - first.threads), float(last.files - first.files)
            drift = self._drift()
        return [
            Versus("soak: memory (PSS), slope to 8 h", "MB", [memory], goal=Goal(most=20)),
            Versus("soak: memory at its end", "MB", [self.weights[-1][1].pss_mb if self.weights else None]),
            Versus("soak: more threads at its end", "", [threads], goal=Goal(most=0)),
            Versus("soak: more open files at its end", "", [files], goal=Goal(most=0)),
            Versus("soak: sound drift, mouth to far ear", "ms", [drift], goal=Goal(most=40)),
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
    """Soak for BENCH_SOAK_S seconds, print, and write the page's part if it was the half hour of the table or more.

    One that is stopped prints and writes what there is, in bench/out, with how long it was.
    """
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    busy = busy_cores()
    soaked = Soaked()
    with tempfile.TemporaryDirectory(prefix="visit-soak-") as folder:
        try:
            asyncio.run(_soak(Path(folder), soaked))
        except KeyboardInterrupt:
            soaked.trouble = "it was stopped"
        finally:
            block = soak_block(soaked.rows(), soaked.why_not, Setting("1", "1", WARM_S, round(soaked.lasted_s), busy))
            OUT.mkdir(exist_ok=True)
            (OUT / "soak.md").write_text(f"{block}\n")
            print(block, flush=True)
    if soaked.lasted_s >= TABLE_S - 3 * EVERY_S:
        write(block, "soak")


async def _soak(folder: Path, soaked: Soaked) -> None:
    clip = await asyncio.to_thread(clips.make, "1", folder / "clip")
    try:
        async with staged(folder, clip) as stage:
            async with laptop_boxes(stage):
                pass  # the files it needs are in memory now
            await _call(stage, soaked)
    except BROKEN as error:
        unless_cancelled(error)
        soaked.trouble = f"{type(error).__name__}: {error}"


async def _call(stage: Stage, soaked: Soaked) -> None:
    async with AsyncExitStack() as stack:
        near, far = await stack.enter_async_context(connected(stage))
        voice = await near.line.until("own-voice")
        began = time.monotonic()
        while (now := time.monotonic() - began) < SOAK_S:
            soaked.weights.append((now, weigh(near.pid)))
            soaked.pictures.append((now, _decoded(near), _decoded(far)))
            if near.line.of("failed"):
                raise ConnectionError(near.line.of("failed")[-1]["text"])
            async with listening(PHONE, stage.sound.env) as heard:
                await asyncio.sleep(LISTEN_S)
            late = late_ms(heard, float(voice["at"]), stage.clip.symbols)
            if late is not None:
                soaked.late_ms.append((now, late))
            await asyncio.sleep(EVERY_S - LISTEN_S)


def _decoded(end: Contender) -> int:
    """Pictures, by its own newest count."""
    return next((int(w["decoded"]) for w in reversed(end.line.heard) if w["type"] == "counted" and "decoded" in w), 0)


def late_ms(heard: Recording, mouth: float, symbols: tuple[int, ...]) -> float | None:
    """How late the clip's sound is heard, by one short recording; None where too little of it is right."""
    samples = heard.samples()
    skipped = round(0.3 * RATE)  # a recording's first moments are as the sound server likes
    found = where(energies(samples[skipped:]), symbols)
    if found is None or found.share < 0.5:
        return None
    return 1000 * since(heard.began_at + skipped / RATE - mouth - found.position_s, LOOP_S)
