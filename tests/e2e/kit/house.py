"""The house under test: the service, and a laptop's guard and shell, as they are really started."""

import asyncio
import json
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.kit.officer import OFFICER, PIN
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually, within

START_S = 30.0


@dataclass(frozen=True)
class Booked:
    """One booking, with the family's link."""

    booking_id: str
    link: str


class House:
    """Starts and stops the processes of one test in `folder`."""

    def __init__(self, folder: Path, screen: Screen, env: Mapping[str, str]) -> None:
        self._folder, self._screen, self._env = folder, screen, env
        self._database = folder / "visits.sqlite3"
        self.token_file = folder / "token"
        self.runtime, self.state = folder / "run", folder / "state"
        self.service: Process | None = None
        self.guard: Process | None = None
        self.url = ""
        self.serve_with: tuple[str, ...] = ()  # more words for `visits serve`

    async def book(self, *, duration_s: int = 600, starts_in_s: int = 0, longest_extension_s: int = 0) -> Booked:
        """A call that is due; the first also makes the laptop and its token."""
        made = await self._visits(
            "demo-data",
            *("--starts-in", str(starts_in_s), "--duration", str(duration_s)),
            *("--longest-extension", str(longest_extension_s)),
        )
        if made["laptop_token"] is not None:
            self.token_file.write_text(made["laptop_token"])
        return Booked(made["due"]["booking_id"], made["due"]["link"])

    async def _visits(self, *arguments: str) -> dict[str, Any]:
        out = self._folder / "visits.json"
        out.unlink(missing_ok=True)
        process = await Process.python(out, "visits", *arguments, "--db", str(self._database), "--json")
        assert await within(START_S, process.wait()) == 0, process.log
        return dict(json.loads(process.log))

    async def start_service(self) -> None:
        """Start the service, on the port it had before if it had one."""
        ready = self._folder / "ready.json"
        ready.unlink(missing_ok=True)
        port = self.url.rpartition(":")[2] or "0"
        arguments = ("--db", str(self._database), "--port", port, "--ready-file", str(ready), *self.serve_with)
        self.service = await Process.python(self._folder / "service.log", "visits", "serve", *arguments)
        await eventually(ready.exists, START_S, "the service listens")
        self.url = json.loads(ready.read_text())["url"]

    async def start_laptop(self, service_url: str | None = None) -> None:
        """Start the guard, which starts the shell; an officer is set up first."""
        if not self.state.exists():
            await self._set_up_officer()
        shell = [sys.executable, "-m", "kiosk", "run", "--service", service_url or self.url]
        shell += ["--token-file", str(self.token_file)]
        self.guard = await Process.python(
            self._folder / "guard.log",
            *("kiosk.guard", "--runtime", str(self.runtime), "--state", str(self.state), "--", *shell),
            env={**self._screen.env, **self._env},
        )

    async def _set_up_officer(self) -> None:
        self.state.mkdir(mode=0o700)
        await self.kiosk("officer", "add", OFFICER, "--name", "Test officer", "--state", str(self.state), line=PIN)

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
        with sqlite3.connect(f"file:{self._database}?mode=ro", uri=True) as database:
            row = database.execute(
                "select outcome, ended_by, talk_ms from bookings where id = ? and outcome is not null",
                (booked.booking_id,),
            ).fetchone()
        return None if row is None else (str(row[0]), str(row[1]), int(row[2]))

    async def ended(self, booked: Booked, within_s: float) -> tuple[str, str, int]:
        """The stored outcome, once there is one."""
        return await eventually(lambda: self.outcome(booked), within_s, f"an outcome; {self.logs()}")

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
