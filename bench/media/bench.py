"""`make bench ONLY=media`: laptop and Chromium in turn, round by round; prints and writes the page."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.media import clip as clips
from bench.media import codec, echo, soak, trial
from bench.media.conditions import CLEAN, CONDITIONS
from bench.media.line import Condition
from bench.media.page import Setting, media_block, write
from bench.media.stage import Stage, staged
from bench.media.table import CHROMIUM, LAPTOP, NOT_PAINTING, Results, rows
from bench.rows import OUT

RUNS: Final = int(os.environ.get("BENCH_RUNS", "5"))
SETTLE_S: Final = float(os.environ.get("BENCH_SETTLE_S", "8"))
MEASURE_S: Final = float(os.environ.get("BENCH_MEASURE_S", "14"))
ONLY: Final = os.environ.get("BENCH_CONDITIONS", "")  # names of networks, with commas between; all without
CUT_MORE_S: Final = 8.0  # to see what comes back


@dataclass(frozen=True)
class Options:
    """What nothing may be tuned to: a clip (a seed, or a .y4m), and the network's seed."""

    clip: str = "1"
    seed: str = "1"


def chosen(names: str = ONLY) -> list[Condition]:
    """The networks of this bench. Raises ValueError for one that is not known."""
    known = {condition.name: condition for condition in CONDITIONS}
    wanted = [name.strip() for name in names.split(",") if name.strip()] or list(known)
    if strange := set(wanted) - set(known):
        raise ValueError(f"no such network: {', '.join(sorted(strange))}; there is: {', '.join(known)}")
    return [known[name] for name in wanted]


def run(options: Options) -> None:
    """Measure, print, write bench/out/media.json and, if all was measured or the page is asked for, the page."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="visit-bench-") as folder:
        clip = clips.make(options.clip, Path(folder) / "clip")
        results = Results(clip)
        results.bare_codec = [codec.bare_codec_percent(clip) for _ in range(RUNS)]
        asyncio.run(_calls(Path(folder), results, options.seed))
        found = rows(results)
        block = media_block(results, found, Setting(options.clip, options.seed, RUNS, MEASURE_S, load))
    OUT.mkdir(exist_ok=True)
    (OUT / "media.json").write_text(json.dumps({"name": "media", "rows": [row.as_json() for row in found]}, indent=1))
    print(block)
    if not ONLY:
        write(block, "media")
        soak.run()


async def _calls(folder: Path, results: Results, seed: str) -> None:
    async with staged(folder, results.clip) as stage:
        async with trial.laptop_boxes(stage) as boxes:
            bench = Bench(stage, boxes, results)
        for number in range(RUNS):
            if CLEAN in chosen():
                results.echo_db.append(await echo.attenuation_db(stage))
            for condition in chosen():
                plan = trial.Plan(condition, f"{seed} {number}", SETTLE_S, MEASURE_S + _more(condition))
                await _round(bench, plan, condition.name, number)
                if condition is CLEAN:
                    blind = trial.Plan(condition, f"{seed} {number}", SETTLE_S, MEASURE_S, painting=False)
                    await _round(bench, blind, NOT_PAINTING, number)


def _more(condition: Condition) -> float:
    return condition.cut_s + CUT_MORE_S if condition.cut_s else 0.0


@dataclass(frozen=True)
class Bench:
    """Where calls are made, and where what they show is put."""

    stage: Stage
    boxes: dict[str, list[float]]
    results: Results


async def _round(bench: Bench, plan: trial.Plan, name: str, number: int) -> None:
    """Both over the same network with the same seed; who is first changes from round to round."""
    order: Sequence[str] = (LAPTOP, CHROMIUM) if number % 2 == 0 else (CHROMIUM, LAPTOP)
    for who in order:
        taken = await trial.run(bench.stage, who, plan, bench.boxes)
        bench.results.calls.setdefault((name, who), []).append(taken)
        print(f"  {name}, round {number + 1}, {who}: {taken.trouble or 'done'}", file=sys.stderr, flush=True)
