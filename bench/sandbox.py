"""The same call with the shell confined and not, one after the other: what the sandbox costs in time and processor."""

import os
import tempfile
from pathlib import Path
from typing import Final

from bench.call import BenchDemo, once
from bench.rows import Goal, Row
from bench.seen import Seen
from tests.e2e.kit.clips import write_picture, write_tone

RUNS: Final = int(os.environ.get("BENCH_RUNS", "5"))
MOST: Final = 1.05


class BareDemo(BenchDemo):
    """The same demo, with a shell that nothing confines."""

    shell_module = "bench.bare_shell"


def rows() -> list[Row]:
    """Confined, with the bare shell of the same round as its peer; ratios are of each round."""
    with tempfile.TemporaryDirectory(prefix="visit-bench-") as folder:
        BenchDemo.clips = Path(folder)
        write_picture(BenchDemo.clips / "p.y4m", 1280, 720)
        write_tone(BenchDemo.clips / "s.wav", 1000)
        rounds = [(once(BenchDemo), once(BareDemo)) for _ in range(RUNS)]
    joins = [(a.join_s, b.join_s) for a, b in rounds]
    cpus = [(_cpu(a), _cpu(b)) for a, b in rounds]
    readies = [(a.ready_s, b.ready_s) for a, b in rounds]
    return [
        Row("call in the sandbox: join", [a for a, _ in joins], "s", [b for _, b in joins]),
        Row("call in the sandbox: join, ratio", [_ratio(*pair) for pair in joins], "x", goal=Goal(most=MOST)),
        Row("call in the sandbox: processor, guard and shell", [a for a, _ in cpus], "%", [b for _, b in cpus]),
        Row("call in the sandbox: processor, ratio", [_ratio(*pair) for pair in cpus], "x", goal=Goal(most=MOST)),
        Row("start in the sandbox: shell ready", [a for a, _ in readies], "s", [b for _, b in readies]),
    ]


def _cpu(seen: Seen) -> float | None:
    return seen.laptop_cpu if seen.completed else None


def _ratio(confined: float | None, bare: float | None) -> float | None:
    return None if confined is None or not bare else confined / bare
