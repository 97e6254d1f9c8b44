"""What a tree of processes weighs: memory, threads, open files, and processor time by thread. Reads /proc only."""

import contextlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cpu import TICKS, tree, tree_cpu_s


@dataclass(frozen=True)
class Weight:
    """At one moment. Memory is each process's share of what it shares (PSS), in MB of 10^6 bytes."""

    cpu_s: float
    pss_mb: float
    threads: int
    files: int


def weigh(pid: int) -> Weight:
    """The process and all that it started."""
    pss = threads = files = 0
    for one in tree(pid):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            pss += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))
            threads += len(list(Path(f"/proc/{one}/task").iterdir()))
            files += len(list(Path(f"/proc/{one}/fd").iterdir()))
    return Weight(tree_cpu_s(pid), pss * 1024 / 1e6, threads, files)


def cpu_by_thread(pid: int) -> dict[int, tuple[str, float]]:
    """Name and seconds of processor time of each thread of the tree, by its id."""
    found = {}
    for one in tree(pid):
        for task in Path(f"/proc/{one}/task").glob("*"):
            with contextlib.suppress(OSError):
                words = (task / "stat").read_text()
                name, fields = words[words.index("(") + 1 : words.rindex(")")], words.rpartition(")")[2].split()
                found[int(task.name)] = (name, (int(fields[11]) + int(fields[12])) / TICKS)
    return found


def named(
    after: Mapping[int, tuple[str, float]], before: Mapping[int, tuple[str, float]], told: Sequence[Mapping[str, Any]]
) -> dict[str, float]:
    """Seconds that each thread used between two looks, added up by name: the profile of a tree. Most first.

    `told` are the program's own names of its threads, where the system does not know them.
    """
    own = {int(thread): str(name) for word in told for thread, name in word["names"].items()}
    found: defaultdict[str, float] = defaultdict(float)
    for thread, (name, seconds) in after.items():
        found[own.get(thread, name)] += seconds - before.get(thread, ("", 0.0))[1]
    return dict(sorted(found.items(), key=lambda spent: -spent[1])[:8])
