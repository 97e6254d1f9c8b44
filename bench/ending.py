"""How long END takes: from `kiosk end` on the guard's socket until the shell is told to shut, and until it is dead."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from bench.rows import Goal, Row
from kiosk.commands.end import end
from kiosk.deeds import Lock
from kiosk.ipc import Asked, Disconnect
from tests.integration.guard.laptop import OFFICER, Laptop

ENDS: Final = int(os.environ.get("BENCH_ENDS", "30"))
Trouble = Callable[[Laptop], None]


def rows() -> list[Row]:
    """END by command in a live call: with nothing else going on, and while a PIN is checked and media reports flood."""
    quiet = [asyncio.run(_once(lambda _laptop: None)) for _ in range(ENDS)]
    busy = [asyncio.run(_once(_busy)) for _ in range(ENDS)]
    return [
        Row(f"END, median of {ENDS}: told to shut", quiet, "ms", goal=Goal(most=1000)),
        Row("END, p99", [_p99(quiet)], "ms", goal=Goal(most=1000)),
        Row("END while a PIN is checked and reports flood, median", busy, "ms", goal=Goal(most=1000)),
        Row("END while a PIN is checked and reports flood, p99", [_p99(busy)], "ms", goal=Goal(most=1000)),
    ]


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def _busy(laptop: Laptop) -> None:
    assert laptop.shell is not None
    laptop.shell.say(Asked(officer=OFFICER, deed=Lock()))
    for _ in range(200):
        laptop.shell.media()


async def _once(trouble: Trouble) -> float:
    """One call, ended once; milliseconds until the shell hears that it must shut its devices."""
    with tempfile.TemporaryDirectory() as folder:
        laptop = Laptop(Path(folder))
        try:
            await laptop.sets_up_officer()
            await laptop.starts()
            await laptop.is_live()
            shell = laptop.shell
            assert shell is not None
            before = sum(isinstance(message, Disconnect) for message in shell.heard)
            trouble(laptop)
            began = time.perf_counter()
            await asyncio.to_thread(end, laptop.runtime / "control.sock")
            await shell.until(lambda: sum(isinstance(m, Disconnect) for m in shell.heard) > before, "disconnect")
            return 1000 * (time.perf_counter() - began)
        finally:
            await laptop.close()
