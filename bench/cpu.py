"""How much processor time a process and its children have used, from /proc."""

import os
import time
from pathlib import Path
from typing import Final

TICKS: Final = os.sysconf("SC_CLK_TCK")


def born() -> float:
    """When this process was started, as a time of day."""
    ticks = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19])
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + ticks / TICKS


def busy_cores(over_s: float = 10.0) -> float:
    """How many cores were busy, by whatever, for so many seconds from now: unlike a load average it has no memory."""
    before, began = _busy_s(), time.monotonic()
    time.sleep(over_s)
    return (_busy_s() - before) / (time.monotonic() - began)


def _busy_s() -> float:
    """Seconds of all cores in which they were not idle (proc_stat(5): user, nice, system, idle, iowait and more)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().partition("\n")[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def tree(pid: int) -> list[int]:
    """The process and everything it started that still runs."""
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += tree(int(child))
    return found


def cpu_s(pid: int) -> float:
    """Seconds of processor time of one process, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def tree_cpu_s(pid: int) -> float:
    """Seconds of processor time of the whole tree."""
    total = 0.0
    for one in tree(pid):
        try:
            total += cpu_s(one)
        except FileNotFoundError:
            continue  # it has ended
    return total
