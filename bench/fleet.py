"""1,200 laptops lose their one service for a while and come back to it, on this machine's cores, which both share.

The service is a process of its own, killed and started again; the laptops are this process. The floor beside it is a
bare `websockets` server that answers the same hello and echoes the same heads, lost and found by the same laptops.
"""

import asyncio
import gc
import os
import resource
import ssl
import statistics
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from websockets.asyncio.client import connect

from bench.cpu import cpu_s
from bench.fleet_day import Fleet, make
from bench.fleet_laptop import FleetLaptop, Seen
from bench.rows import Goal, Row, publish
from kiosk.link.pulse import IDLE_PING_EVERY_S, PING_EVERY_S
from visits.keys.folder import default_folder

LAPTOPS: Final = int(os.environ.get("BENCH_LAPTOPS", "1200"))
RUNS: Final = int(os.environ.get("BENCH_RUNS", "3"))
IN_CALL: Final = 0.1  # of the laptops
DOWN_S: Final = float(os.environ.get("BENCH_DOWN_S", "45"))  # long enough for idle laptops to be at their longest wait
STEADY_S: Final = 20.0
START_EVERY_S: Final = 0.03
WITHIN_S: Final = 180.0
FILES: Final = 65_536
PORT: Final = 18743


@dataclass(frozen=True)
class Result:
    """One outage."""

    back_s: float | None
    call_back_s: float | None
    p50_ms: float
    p99_ms: float
    errors: Sequence[str]
    asked_to_wait: int
    cpu_s: float
    steady_p99_ms: float
    steady_cpu: float


Start = Callable[[], Any]


def run() -> None:
    """Measure and publish."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(FILES, hard), hard))
    with tempfile.TemporaryDirectory() as folder:
        db = Path(folder) / "visits.db"
        fleet = make(db, LAPTOPS)
        results = [asyncio.run(_outage(lambda: _visits(db), fleet)) for _ in range(RUNS)]
        floors = [asyncio.run(_outage(lambda: _floor(db), fleet)) for _ in range(RUNS)]
    publish("fleet", _rows(results, floors), _notes(results))


def _rows(results: Sequence[Result], floors: Sequence[Result]) -> list[Row]:
    def row(what: str, value: Callable[[Result], float | None], unit: str, most: float | None = None) -> Row:
        return Row(what, [value(each) for each in results], unit, [value(each) for each in floors], Goal(most=most))

    return [
        row(f"all {LAPTOPS} laptops are back", lambda each: each.back_s, "s", 60),
        row(f"the {int(LAPTOPS * IN_CALL)} with a call are back", lambda each: each.call_back_s, "s"),
        row("errors meanwhile", lambda each: len(each.errors), "", 0),
        row("tries that were asked to wait", lambda each: each.asked_to_wait, ""),
        row("head to cosigned meanwhile, p99", lambda each: each.p99_ms, "ms", 250),
        row("head to cosigned meanwhile, median", lambda each: each.p50_ms, "ms"),
        row("head to cosigned when all is quiet, p99", lambda each: each.steady_p99_ms, "ms"),
        row("service: processor time to take all back", lambda each: each.cpu_s, "s"),
        row("service: share of a core when all is quiet", lambda each: 100 * each.steady_cpu, "%"),
    ]


def _notes(results: Sequence[Result]) -> list[str]:
    kinds = sorted({error for each in results for error in each.errors})
    return [
        f"service and laptops share {os.cpu_count()} cores with all that runs here (load {os.getloadavg()[0]:.1f})",
        f"each laptop is pinged every 2 s, and pings every {IDLE_PING_EVERY_S:g} s, every second in a call",
        f"outage of {DOWN_S:g} s by kill -9; waits as kiosk.link.backoff has them; peer: a bare websockets server",
        *(f"seen: {kind}" for kind in kinds),
    ]


async def _outage(start: Start, fleet: Fleet) -> Result:
    seen = Seen()
    laptops = [
        FleetLaptop(number, _connector(identity, fleet.authority, in_call=in_call), seen, in_call=in_call)
        for number, identity in enumerate(fleet.identities)
        for in_call in (number < LAPTOPS * IN_CALL,)
    ]
    for laptop in laptops:
        laptop.counts_errors = False
    tasks: list[asyncio.Task[None]] = []
    process = await start()
    try:
        tasks.append(asyncio.create_task(_tick(laptops)))
        for laptop in laptops:  # a morning: one after another
            tasks.append(asyncio.create_task(laptop.run()))
            await asyncio.sleep(START_EVERY_S)
        await _until(lambda: all(laptop.is_up for laptop in laptops))
        gc.freeze()  # a look at so many laptops' memory would hold up this process, and be taken for the service's
        seen.round_trips_ms.clear()
        steady_p99, steady_cpu = await _steady(process, seen)
        process.kill()
        await process.wait()
        await asyncio.sleep(DOWN_S)
        process = await start()
        return await _recovery(process, laptops, seen, steady_p99, steady_cpu)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        process.kill()
        await process.wait()


async def _steady(process: Process, seen: Seen) -> tuple[float, float]:
    before = cpu_s(process.pid)
    await asyncio.sleep(STEADY_S)
    return _quantile(seen.round_trips_ms, 99), (cpu_s(process.pid) - before) / STEADY_S


async def _recovery(
    process: Process, laptops: Sequence[FleetLaptop], seen: Seen, steady_p99: float, steady_cpu: float
) -> Result:
    for kept in (seen.round_trips_ms, seen.back, seen.errors):
        kept.clear()
    seen.asked_to_wait = 0
    for laptop in laptops:
        laptop.counts_errors = True
    began, cpu_before = asyncio.get_running_loop().time(), cpu_s(process.pid)
    all_back = await _until(lambda: len(seen.back) == len(laptops) and all(laptop.is_up for laptop in laptops))
    used = cpu_s(process.pid) - cpu_before
    if not all_back:
        seen.errors.append("not all came back")
    calls = [seen.back[each.number] - began for each in laptops if each.in_call and each.number in seen.back]
    return Result(
        max(seen.back.values()) - began if all_back else None,
        max(calls, default=None),
        _quantile(seen.round_trips_ms, 50),
        _quantile(seen.round_trips_ms, 99),
        tuple(seen.errors),
        seen.asked_to_wait,
        used,
        steady_p99,
        steady_cpu,
    )


def _quantile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1] if len(values) > 1 else float("nan")


async def _until(holds: Callable[[], bool]) -> bool:
    end = time.monotonic() + WITHIN_S
    while not holds():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.1)
    return True


async def _tick(laptops: Sequence[FleetLaptop]) -> None:
    """Give each laptop its second, a twentieth of them at a time."""
    loop, turn = asyncio.get_running_loop(), 0
    while True:
        for laptop in laptops[turn::20]:
            laptop.tick(loop.time())
        turn = (turn + 1) % 20
        await asyncio.sleep(0.05)


def _connector(identity: Path, authority: Path, *, in_call: bool) -> Callable[[], Any]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    tls.minimum_version = ssl.TLSVersion.TLSv1_3
    tls.load_verify_locations(authority)
    tls.load_cert_chain(identity)
    return lambda: connect(
        f"wss://127.0.0.1:{PORT}/laptop/v1/link",
        ssl=tls,
        open_timeout=5,
        ping_interval=PING_EVERY_S if in_call else IDLE_PING_EVERY_S,
        ping_timeout=3,
        close_timeout=0.25,
        compression=None,
        proxy=None,
        max_size=1_048_576,
    )


async def _visits(db: Path) -> Process:
    ready = db.with_name("ready.json")
    ready.unlink(missing_ok=True)
    words = ["serve", "--db", str(db), "--port", "0", "--laptop-port", str(PORT), "--ready-file", str(ready)]
    with db.with_name("service.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "visits", *words, stdout=log, stderr=log)
    await _until(ready.exists)
    return process


async def _floor(db: Path) -> Process:
    words = ["-m", "bench.fleet_floor", str(PORT), str(default_folder(db))]
    process = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE, stderr=DEVNULL)
    assert process.stdout is not None
    await process.stdout.readline()
    return process
