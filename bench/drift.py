"""A guard with all its measures, idle; and how long from a change of the machine to a shell that is told to stop."""

import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.cpu import cpu_s
from bench.rows import Goal, Row
from contract.words import Use
from kiosk.ipc import Alive, Proven, ProvenHere, Show
from kiosk.lockdown.catalogue import measures
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import OFTEN_S
from tests.fakes.eventually import eventually
from tests.fakes.measures import shells_own
from tests.integration.guard.laptop import Laptop

DRIFTS: Final = int(os.environ.get("BENCH_DRIFTS", "60"))
IDLE_S: Final = float(os.environ.get("BENCH_IDLE_S", "30"))
PROVED_EVERY: Final = 5  # seconds, as the shell does
RUNS: Final = int(os.environ.get("BENCH_RUNS", "5"))


def rows() -> list[Row]:
    """The guard at rest, and drift to BLOCK."""
    idle = [asyncio.run(_idle()) for _ in range(RUNS)]
    drifts = asyncio.run(_drifts())
    return [
        Row("guard idle, processor", [cpu for cpu, _ in idle], "%", goal=Goal(most=0.5)),
        Row("guard idle, memory (PSS)", [pss for _, pss in idle], "MB", goal=Goal(most=64)),
        Row(f"drift to BLOCK, median of {DRIFTS}", drifts, "s", goal=Goal(most=2)),
        Row("drift to BLOCK, p99", [p99(drifts)], "s", goal=Goal(most=2)),
    ]


def p99(values: list[float]) -> float:
    """The 99th percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def pss_mb(pid: int) -> float:
    """Memory of one process, its share of what it shares."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) / 1000


def _laptop(folder: Path) -> Laptop:
    return Laptop(folder, ("-m", "bench.weighed", "--lost", str(folder / "lost")), Use.LIVE)


async def _idle() -> tuple[float, float]:
    """Percent of one core, and MB, over IDLE_S with a shell that says what a shell says, as often."""
    with tempfile.TemporaryDirectory() as folder:
        laptop = _laptop(Path(folder))
        try:
            await laptop.starts()
            assert laptop.guard is not None
            assert laptop.shell is not None
            await asyncio.sleep(5)
            before, began = cpu_s(laptop.guard.pid), time.monotonic()
            for second in range(round(IDLE_S)):
                laptop.shell.say(Alive())
                if second % PROVED_EVERY == 0:
                    _proves(laptop)
                await asyncio.sleep(1)
            return 100 * (cpu_s(laptop.guard.pid) - before) / (time.monotonic() - began), pss_mb(laptop.guard.pid)
        finally:
            await laptop.close()


def _proves(laptop: Laptop) -> None:
    assert laptop.shell is not None
    laptop.shell.say(ProvenHere(findings=tuple(Proven.of(each) for each in shells_own())))


async def _drifts() -> list[float]:
    """Seconds from a change that no event tells of until the screen is told, at any moment of the sweep."""
    often = [measure.name for measure in measures(Machine(), None) if measure.every_s <= OFTEN_S]
    with tempfile.TemporaryDirectory() as folder:
        laptop = _laptop(Path(folder))
        try:
            await laptop.starts()
            return [await _drift(laptop, Path(folder) / "lost" / often[n % len(often)], n) for n in range(DRIFTS)]
        finally:
            await laptop.close()


async def _drift(laptop: Laptop, file: Path, number: int) -> float:
    shell = laptop.shell
    assert shell is not None
    _proves(laptop)

    def lost() -> bool:
        frames = [message.frame for message in shell.heard if isinstance(message, Show)]
        return bool(frames) and frames[-1].lost is not None

    await eventually(lambda: not lost(), 10.0, "everything holds")
    await asyncio.sleep((number * 0.37) % OFTEN_S)
    began = time.monotonic()
    _spoil(file)
    await shell.until(lost, "the screen is told")
    took = time.monotonic() - began
    _mend(file)
    return took


def _spoil(file: Path) -> None:
    file.touch()


def _mend(file: Path) -> None:
    file.unlink()
