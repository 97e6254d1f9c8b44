"""The house under test: the service, and a laptop's guard and shell, as they are really started."""

import asyncio
import contextlib
import io
import json
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.kit.enrolled import copied_into, point_at
from tests.e2e.kit.officer import OFFICER, PIN
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually, within
from visits.cli.command import run

START_S = 30.0


@dataclass(frozen=True)
class Booked:
    """One booking, with the family's link."""

    booking_id: str
    link: str


class House:
    """Starts and stops the processes of one test in `folder`."""

    def __init__(self, folder: Path, screen: Screen | None, env: Mapping[str, str], *, fresh: bool = False) -> None:
        self._fresh = fresh  # whether everything is made for this test alone, and the laptop not enrolled
        self._folder, self._screen, self._env = folder, screen, env
        self.database = folder / "visits.sqlite3"
        self.keys = folder / "visits.sqlite3.keys"
        self.identity, self.vault = folder / "identity", folder / "vault"
        self.runtime, self.state = folder / "run", folder / "state"
        self.service: Process | None = None
        self.guard: Process | None = None
        self.url = self.laptop_url = self.laptop = ""
        self.serve_with: tuple[str, ...] = ()  # more words for `visits serve`

    async def book(self, *, duration_s: int = 600, starts_in_s: int = 0, longest_extension_s: int = 0) -> Booked:
        """A call that is due; before the first there are the laptop, enrolled, its officer and the service's keys."""
        if not self.laptop and longest_extension_s == 0 and not self._fresh:
            self.laptop = await copied_into(self._folder, _enrolled)
        made = await self._visits(
            "demo-data",
            *("--starts-in", str(starts_in_s), "--duration", str(duration_s)),
            *("--longest-extension", str(longest_extension_s)),
        )
        if not self.laptop:
            self.laptop = made["laptop"]
            await self.visits("ca", "init", "--host", "127.0.0.1")
            await self._set_up_officer()
        return Booked(made["due"]["booking_id"], made["due"]["link"])

    async def _visits(self, *arguments: str) -> dict[str, Any]:
        return dict(json.loads(await self.visits(*arguments, "--json")))

    async def visits(self, *arguments: str) -> str:
        """Run one command of the service, here: starting Python for it takes seconds; what it said."""
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            status = run([*arguments, "--db", str(self.database)])
        assert status == 0, said.getvalue()
        return said.getvalue()

    async def start_service(self) -> None:
        """Start the service, on the port it had before if it had one."""
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        port, laptop_port = (url.rpartition(":")[2] or "0" for url in (self.url, self.laptop_url))
        ports = ("--port", port, "--laptop-port", laptop_port)
        arguments = ("--db", str(self.database), *ports, "--ready-file", str(ready), *self.serve_with)
        self.service = await Process.python(self._folder / "service.log", "visits", "serve", *arguments)
        await eventually(ready.exists, START_S, "the service listens")
        urls = json.loads(ready.read_text())
        self.url, self.laptop_url = urls["url"], urls["laptop_url"]

    async def enrol(self, *more: str, service_url: str | None = None) -> str:
        """Give the laptop an identity, as IT does it; what it was told."""
        code = (await self.visits("enrol-code", "--laptop", self.laptop)).strip().splitlines()[-1]
        return await self.kiosk("enrol", "--service", service_url or self.laptop_url, "--code", code, *self.own, *more)

    @property
    def own(self) -> tuple[str, ...]:
        """Who the laptop is, as guard and shell are started with it."""
        return "--identity", str(self.identity), "--vault", str(self.vault)

    async def start_laptop(self, service_url: str | None = None) -> None:
        """Start the guard, which starts the shell; a laptop that is not enrolled yet is first."""
        if not self.identity.exists():
            await self.enrol(service_url=service_url)
        point_at(self.identity, service_url or self.laptop_url)
        shell = [sys.executable, "-m", "kiosk", "run", *self.own]
        self.guard = await Process.python(
            self._folder / "guard.log",
            *("kiosk.guard", "--runtime", str(self.runtime), "--state", str(self.state), *self.own, "--", *shell),
            env={**(self._screen.env if self._screen else {}), **self._env},
        )

    async def _set_up_officer(self) -> None:
        pin = self._folder / "pin"
        pin.write_text(PIN)
        await self.visits("officer", "add", OFFICER, "--name", "Test officer", "--pin-file", str(pin))

    async def kiosk(self, *arguments: str, line: str = "") -> str:
        """Run one command of the laptop; what it said."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "kiosk", *arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await within(START_S, process.communicate(f"{line}\n".encode()))
        assert process.returncode == 0, said.decode()
        return said.decode()

    def outcome(self, booked: Booked) -> tuple[str, str, int] | None:
        """Outcome, who ended it, and milliseconds talked, as the service has stored them."""
        with sqlite3.connect(f"file:{self.database}?mode=ro", uri=True) as database:
            row = database.execute(
                "select outcome, ended_by, talk_ms from bookings where id = ? and outcome is not null",
                (booked.booking_id,),
            ).fetchone()
        return None if row is None else (str(row[0]), str(row[1]), int(row[2]))

    async def ended(self, booked: Booked, within_s: float) -> tuple[str, str, int]:
        """The stored outcome, once there is one."""
        return await eventually(lambda: self.outcome(booked), within_s, lambda: f"an outcome; {self.logs()}")

    def trail(self) -> list[dict[str, Any]]:
        """The laptop's audit trail; a record that is being written is left out."""
        whole = (self.state / "audit" / "trail.jsonl").read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    def recorded(self, event: str) -> int:
        """How often the trail has this event."""
        return sum(record["event"] == event for record in self.trail())

    def times_in(self, state: str) -> int:
        """How often a call came into this state, by the trail; no state passes it by unseen."""
        return sum(record["event"] == "call_state" and record["data"]["to"] == state for record in self.trail())

    @staticmethod
    def clock() -> float:
        """Seconds that only grow."""
        return time.monotonic()

    def service_says(self) -> str:
        """The service's log so far."""
        assert self.service is not None
        return self.service.log

    def logs(self) -> str:
        """What the processes said, for a test that fails."""
        return "\n".join(p.log[-3000:] for p in (self.service, self.guard) if p is not None)

    async def close(self) -> None:
        """End everything; the laptop first."""
        for process in (self.guard, self.service):
            if process is not None:
                await process.stop()


async def _enrolled(folder: Path) -> str:
    """A house without a guest: its first call is tomorrow's, and its laptop has never been started."""
    house = House(folder, None, {}, fresh=True)
    try:
        made = await house._visits("demo-data", "--starts-in", "86400")
        house.laptop = str(made["laptop"])
        await house.visits("ca", "init", "--host", "127.0.0.1")
        await house._set_up_officer()
        await house.start_service()
        await house.enrol()
    finally:
        await house.close()
    return house.laptop
