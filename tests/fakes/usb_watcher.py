"""What the guard does with USB and displays, and nothing else: the real watch, the real measures, one line for each.

Run as a program, under umockdev's preload, with the root of its machine. Its times are CLOCK_MONOTONIC, everybody's.
"""

import asyncio
import ctypes
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final

from kiosk.lockdown.arrivals import Arrivals
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Measure, finding
from kiosk.lockdown.measures.displays import Displays
from kiosk.lockdown.measures.usb import Usb
from kiosk.lockdown.watches.udev import CONCERNS, UdevWatch
from kiosk.policy.measures import MeasureName
from tests.fakes.eventually import eventually
from tests.fakes.mock_kernel import MockKernel

BEAT_S: Final = 0.02
HELD_UP_S: Final = 0.5
NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET
Said = dict[str, Any]


class UsbWatcher:
    """The process, from outside: everything it said."""

    def __init__(self, kernel: MockKernel, root: Path, without: str = "") -> None:
        """`without`: a subsystem that the watch does not care for, to show that it is needed."""
        self._kernel, self._root, self._without = kernel, root, without
        self.said: list[Said] = []

    async def __aenter__(self) -> "UsbWatcher":
        command = (sys.executable, "-m", "tests.fakes.usb_watcher", str(self._root), self._without)
        self._process = await asyncio.create_subprocess_exec(
            *command, env=self._kernel.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._reading = asyncio.create_task(self._read(), name="what the watcher says")
        await eventually(lambda: self.of("ready"), 20, "the watcher listens")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await asyncio.wait_for(self._reading, 10)
        await asyncio.wait_for(self._process.wait(), 10)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            self.said.append(json.loads(line))

    def of(self, kind: str) -> list[Said]:
        """What it said of this kind."""
        return [said for said in self.said if said["kind"] == kind]

    def alerts(self) -> list[Said]:
        """Its alerts."""
        return self.of("arrivals")

    @property
    def stalled_s(self) -> float:
        """Once it has ended: for how long the machine held all of it up at worst, which is not its doing."""
        stalled_s: float = self.of("ended")[0]["stalled_s"]
        return stalled_s

    def never_held_up_its_loop(self) -> bool:
        """Once it has ended: whether END would have been heard, however the machine stalled."""
        (ended,) = self.of("ended")
        return bool(ended["busiest_s"] <= HELD_UP_S and ended["slowest_s"] <= HELD_UP_S + self.stalled_s)

    def last(self, measure: MeasureName) -> Said | None:
        """The newest finding of a measure."""
        return next((said for said in reversed(self.of("finding")) if said["name"] == measure), None)


def _say(kind: str, **what: Any) -> None:
    sys.stdout.write(json.dumps({"kind": kind, "at": time.monotonic(), **what}) + "\n")
    sys.stdout.flush()


def _told(arrivals: Arrivals) -> None:
    _say("arrivals", count=arrivals.count, is_flood=arrivals.is_flood, text=arrivals.sentence(), missed=arrivals.missed)


def _looker(measures: dict[MeasureName, Measure]) -> Callable[[MeasureName], None]:
    waiting: set[MeasureName] = set()
    loop = asyncio.get_running_loop()

    def look(name: MeasureName) -> None:
        waiting.discard(name)
        found = finding(measures[name])
        _say("finding", name=name, verdict=found.verdict, severity=found.severity, evidence=found.evidence)

    def poke(name: MeasureName) -> None:
        if name in measures and name not in waiting:  # one look at a time, as the guard does
            waiting.add(name)
            loop.call_later(BEAT_S, look, name)

    return poke


def _hear_much() -> None:
    """umockdev gives up when ten of its events are unread, which is this kernel's default: have more, for this process.

    The real kernel's events wait in a buffer of bytes, and an overrun is told.
    """
    if ctypes.CDLL(None, use_errno=True).unshare(NEW_NETWORK) != 0:
        raise OSError(ctypes.get_errno(), "no network namespace of its own")
    Path("/proc/sys/net/unix/max_dgram_qlen").write_text("4096")


class Beats:
    """How the loop was held up at worst: `slowest_s` in all, `busiest_s` of it by work of its own thread.

    `stalled_s` is what another thread was held up by at worst: what the machine did to all of this process.
    """

    def __init__(self) -> None:
        self.slowest_s = self.busiest_s = self.stalled_s = 0.0
        self._over = threading.Event()
        self._other = threading.Thread(target=self._beat, name="beats beside the loop")

    def _beat(self) -> None:
        before = time.monotonic()
        while not self._over.wait(BEAT_S):
            now = time.monotonic()
            self.stalled_s, before = max(self.stalled_s, now - before - BEAT_S), now

    async def until(self, over: "asyncio.Future[str]") -> None:
        """Beat on both threads until this is over."""
        loop = asyncio.get_running_loop()
        self._other.start()
        try:
            while not over.done():
                before, worked_s = loop.time(), time.thread_time()
                await asyncio.sleep(BEAT_S)
                self.slowest_s = max(self.slowest_s, loop.time() - before - BEAT_S)
                self.busiest_s = max(self.busiest_s, time.thread_time() - worked_s)
        finally:
            self._over.set()
            self._other.join()


async def watch(root: Path, without: str) -> None:
    """Listen until the input ends; then say how the loop was held up at worst."""
    machine = Machine(root)
    poke = _looker({MeasureName.USB: Usb(machine), MeasureName.DISPLAYS: Displays(machine)})
    concerns = {subsystem: who for subsystem, who in CONCERNS.items() if subsystem != without}
    udev = UdevWatch(_told, lambda why: _say("deaf", text=why), concerns)
    udev.open(poke)
    _say("ready")
    loop = asyncio.get_running_loop()
    ended = loop.run_in_executor(None, sys.stdin.read)
    beats = Beats()
    await beats.until(ended)
    udev.close()
    _say("ended", slowest_s=beats.slowest_s, busiest_s=beats.busiest_s, stalled_s=beats.stalled_s)


if __name__ == "__main__":
    _hear_much()
    asyncio.run(watch(Path(sys.argv[1]), sys.argv[2]))
