"""`make bench ONLY=media`: laptop and Chromium in turn, round by round; prints and writes the page after each round."""

import asyncio
import json
import math
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench.cpu import busy_cores
from bench.media import clip as clips
from bench.media import codec, echo, soak, trial
from bench.media.clip import HEIGHT
from bench.media.conditions import CLEAN, CONDITIONS
from bench.media.line import Condition
from bench.media.page import Setting, media_block, write
from bench.media.stage import Stage, staged
from bench.media.table import CHROMIUM, LAPTOP, NOT_PAINTING, SOUND, WHOLE, Results, rows
from bench.media.taken import Taken
from bench.rows import OUT

RUNS: Final = int(os.environ.get("BENCH_RUNS", "3"))
SETTLE_S: Final = float(os.environ.get("BENCH_SETTLE_S", "5"))
MEASURE_S: Final = float(os.environ.get("BENCH_MEASURE_S", "8"))
ONLY: Final = os.environ.get("BENCH_CONDITIONS", "")  # names of networks, with commas between; all without
CLEAN_TIMES: Final = 1.5  # so much longer are the calls in which processor time, memory and delay are read
CUT_MORE_S: Final = 8.0  # to see what comes back
ROUND_A_CALL_S: Final = 4.0
START_S: Final = 10.0
ECHO_S: Final = 55.0
TOGETHER: Final = 4  # calls of one contender before the other makes the same: machines change their speed
NamedPlan = tuple[str, trial.Plan]


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


def plans(seed: str, number: int) -> list[NamedPlan]:
    """The calls that each contender makes in one round, the weighed ones first: its program has just been started."""
    found = []
    for condition in sorted(chosen(), key=lambda one: one is not CLEAN):
        times = CLEAN_TIMES if condition is CLEAN else 1.0
        more_s = condition.cut_s + CUT_MORE_S if condition.cut_s else 0.0
        plan = trial.Plan(condition, f"{seed} {number}", times * SETTLE_S, times * MEASURE_S + more_s)
        if condition is CLEAN:
            plan = replace(plan, lines=HEIGHT)
            whole = replace(plan, far_lines=HEIGHT)
            found += [(WHOLE, whole), (NOT_PAINTING, replace(whole, painting=False))]
            found.append((SOUND, replace(plan, lines=0, far_lines=0)))
        found.append((condition.name, plan))
    return found


def run(options: Options) -> None:
    """Measure, print, and write what there is after each round, also after one that was stopped; then the long call."""
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))  # whoever stops it has what there is
    busy = busy_cores()
    stopped = False
    with tempfile.TemporaryDirectory(prefix="visit-bench-") as folder:
        clip = clips.make(options.clip, Path(folder) / "clip")
        results = Results(clip)
        results.bare_codec = [codec.bare_codec(clip) for _ in range(RUNS)]
        setting = Setting(options.clip, options.seed, SETTLE_S, MEASURE_S, busy, RUNS)
        try:
            asyncio.run(_calls(Path(folder), results, setting))
        except KeyboardInterrupt:
            stopped = True
        finally:
            print(publish(results, setting), flush=True)
    if not (ONLY or stopped or not soak.SOAK_S):
        soak.run()


def publish(results: Results, setting: Setting) -> str:
    """Write bench/out/media.json and media.md, and the page once each network was measured; the block that it has."""
    found = rows(results)
    block = media_block(results, found, setting)
    OUT.mkdir(exist_ok=True)
    (OUT / "media.json").write_text(json.dumps({"name": "media", "rows": [row.as_json() for row in found]}, indent=1))
    (OUT / "media.md").write_text(f"{block}\n")
    if not ONLY and results.rounds:
        write(block, "media")
    return block


async def _calls(folder: Path, results: Results, setting: Setting) -> None:
    async with staged(folder, results.clip) as stage:
        async with trial.laptop_boxes(stage) as boxes:
            bench = Bench(stage, boxes, results)
        _tell(f"{RUNS} rounds, about {_round_s(plans(setting.seed, 0)) / 60:.0f} min each on a quiet machine")
        for number in range(RUNS):
            began = time.monotonic()
            if CLEAN in chosen():
                results.echo_db.append(await echo.attenuation_db(stage))
            for turn, some in enumerate(batched(plans(setting.seed, number), TOGETHER)):
                order = (LAPTOP, CHROMIUM) if (number + turn) % 2 == 0 else (CHROMIUM, LAPTOP)
                for who in order:
                    await _calls_of(bench, who, list(some), number)
            results.rounds += 1
            publish(results, setting)
            _tell(f"round {number + 1} of {RUNS}: {(time.monotonic() - began) / 60:.1f} min")


def _round_s(each: Sequence[NamedPlan]) -> float:
    """About how long a round is: the calls of both with what lies between them, two starts, and the echo's calls."""
    calls_s = sum(plan.settle_s + plan.measure_s + ROUND_A_CALL_S for _, plan in each)
    starts = math.ceil(len(each) / TOGETHER)
    return 2 * (calls_s + starts * START_S) + (ECHO_S if CLEAN in chosen() else 0.0)


@dataclass(frozen=True)
class Bench:
    """Where calls are made, and where what they show is put."""

    stage: Stage
    boxes: dict[str, list[float]]
    results: Results


def batched(each: Sequence[NamedPlan], most: int) -> Iterator[Sequence[NamedPlan]]:
    """In order, so many at a time."""
    return (each[start : start + most] for start in range(0, len(each), most))


async def _calls_of(bench: Bench, who: str, left: list[NamedPlan], number: int) -> None:
    """Some calls of one contender, by programs started once; after a call that broke they are started anew."""
    while left:
        try:
            async with trial.seated(bench.stage, who, bench.boxes) as pair:
                while left:
                    name, plan = left.pop(0)
                    taken = await trial.run(bench.stage, pair, plan)
                    await _take(bench, name, taken, number)
                    if taken.trouble:
                        break
        except trial.BROKEN as error:
            trial.unless_cancelled(error)
            name, plan = left.pop(0)
            broken = Taken(who, plan.condition, trouble=f"{type(error).__name__}: {error}")
            await _take(bench, name, broken, number)


async def _take(bench: Bench, name: str, taken: Taken, number: int) -> None:
    await asyncio.to_thread(bench.results.add, name, taken)
    _tell(f"{name}, round {number + 1}, {taken.contender}: {taken.trouble or _in_short(taken)}")


def _in_short(taken: Taken) -> str:
    """A few figures, so that whoever looks on sees at once when something is not as it should be."""
    told = {"out painted_fps": "out/s", "back painted_fps": "back/s", "cpu": "% cpu", "renewed": "renewed"}
    told |= {
        "out heard_percent": "% heard out",
        "back heard_percent": "% heard back",
        "out recovered_s": "s to recover",
    }
    found = [(taken.figures.get(name), words) for name, words in told.items()]
    return ", ".join(f"{value:.3g} {words}" for value, words in found if value is not None)


def _tell(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
