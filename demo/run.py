"""One run of the demo: starts the parts in order, waits for what should happen, ends them all."""

import asyncio
import contextlib
import json
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contract.words import Outcome
from demo.options import Options
from demo.report import PaintedPart, Received, Report, Sent
from demo.stage import Stage, StageError

START_WITHIN_S: Final = 40.0
VISITOR_WITHIN_S: Final = {"browser": 900.0, "built-in": 20.0}  # a person with a browser takes longer
OFFICER: Final = "Q4471"
PIN_SAID: Final = re.compile(r"The PIN is ([0-9]+)")
STARTS_IN_S: Final = 8  # long enough for the played officer to tick, type and start
A_DAY_S: Final = 86_400
LOOK_EVERY_S: Final = 0.1
NOTHING_YET: Final = Report(
    outcome=None,
    ended_by=None,
    states=[],
    join_s=None,
    talk_s=None,
    received=Received(video=None, audio=None),
    painted=PaintedPart(video=None),
    sent=Sent(video=None, audio=None),
    errors=[],
)


@dataclass
class Story:
    """What the watched shell has written so far. `times` are seconds of the machine's monotonic clock."""

    events: Path
    tell: Callable[[str], None]
    seen: set[str] = field(default_factory=set)
    times: dict[str, float] = field(default_factory=dict)
    report: Report = NOTHING_YET
    scene: str = "nothing yet"  # that was shown last, in full
    _read: int = 0

    def look(self) -> None:
        """Read what is new."""
        if not self.events.exists():
            return
        with self.events.open() as file:
            file.seek(self._read)
            for line in iter(file.readline, ""):
                if not line.endswith("\n"):
                    break
                self._read += len(line)
                self._take(json.loads(line))

    def _take(self, event: dict[str, Any]) -> None:
        name = event.get("kind") or event["event"]
        if name not in self.seen and name in SAYS:
            self.tell(f"  {SAYS[name]}")
        self.seen.add(name)
        if name == "shown":
            self.scene = json.dumps(event["scene"], ensure_ascii=False)
        elif name == "refused":
            self.tell(f"  the officer is refused: {event['text']}")
        self.times.setdefault(name, event["at"])
        self.report = Report.model_validate(event["report"])


SAYS: Final = {
    "ready": "the laptop is ready",
    "out_of_service": "the laptop starts",
    "nothing_booked": "nothing is booked yet",
    "next_call": "a call is due",
    "officer_admits": "the officer compares faces and ticks",
    "joining": "the laptop calls the family",
    "in_call": "they see and hear each other",
    "interrupted": "the connection dropped; it comes back by itself",
    "goodbye": "goodbye",
    "ended": "the call has ended",
}


class Demo:
    """One run, in a temporary folder that is gone afterwards."""

    shell_module = "demo.shell"  # what starts the watched shell; the bench has another that is not confined

    def __init__(self, options: Options, folder: Path, stop: asyncio.Event) -> None:
        self.options, self._folder, self._stop = options, folder, stop
        self._database = folder / "visits.sqlite3"
        self._state = options.state or folder / "state"
        self._state.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._identity, self._vault = folder / "identity", folder / "vault"  # of this run's service, and gone with it
        self.stage = Stage(folder)
        self.shell_started_at = 0.0
        self.story = Story(folder / "events.jsonl", self.tell)

    def tell(self, line: str) -> None:
        """Say how it goes."""
        print(line, flush=True)

    async def run(self) -> None:
        """The call, from nothing to goodbye. Raises StageError when it cannot go on."""
        try:
            laptop = await self._keys()
            urls = await self._service()
            await self._enrol(laptop, urls["laptop_url"])
            pin = await self._officer()
            await self._laptop(pin)
            await self._until("ready", START_WITHIN_S, "The laptop's shell did not start in time.")
            await self.family(urls["url"] + (await self._seed())["due"]["link"])
            limit_s = self.options.seconds + START_WITHIN_S + VISITOR_WITHIN_S[self.options.visitor]
            await self._until("ended", limit_s, "The call did not end in time.")
            await self._until("goodbye", START_WITHIN_S, "The goodbye was not shown.")
            await self._pause(1.0)
            if self.story.report.outcome != Outcome.COMPLETED_NORMALLY:
                self.tell(self.stage.tails())
        except StageError:
            self.tell(f"{self.stage.tails()}\n--- the screen\n{self.story.scene}")
            raise
        finally:
            await self.stage.close()
            self.story.look()

    async def family(self, link: str) -> None:
        """Bring the family to the call: the built-in visitor, or a person who is shown the link."""
        if self.options.visitor == "browser":
            self.tell(f"\nOpen this link in a browser on this machine, as the family would:\n\n  {link}\n")
        else:
            await self.stage.start("visitor", "demo.visitor", "--url", link)

    async def _keys(self) -> str:
        """Make the service's keys, and the laptop's name."""
        made = await self._visits("demo-data", "--starts-in", str(A_DAY_S))
        await self._said("ca", "init", "--host", "127.0.0.1")
        return str(made["laptop"])

    async def _enrol(self, laptop: str, url: str) -> None:
        """Give the laptop its identity, as IT does it once."""
        code = await self._said("enrol-code", "--laptop", laptop)
        folders = ("--identity", str(self._identity), "--vault", str(self._vault))
        status, said = await _kiosk("enrol", "--service", url, "--code", code.splitlines()[-1], *folders)
        if status:
            raise StageError(f"The laptop could not be enrolled.\n{said}")
        self.tell(said.strip())

    async def _service(self) -> dict[str, str]:
        ready = self._folder / "service.json"
        ports = ("--port", "0", "--laptop-port", "0")
        arguments = ("--db", str(self._database), *ports, "--ready-file", str(ready))
        await self.stage.start("service", "visits", "serve", *arguments)
        async with _limit(START_WITHIN_S, "The service did not start in time."):
            while not ready.exists():
                await self._pause(LOOK_EVERY_S)
        return dict(json.loads(ready.read_text()))

    async def _laptop(self, pin: str) -> None:
        own = ("--identity", str(self._identity), "--vault", str(self._vault))
        shell = ["-m", self.shell_module, "--events", str(self.story.events), *own, "--windowed"]
        if self.options.screenshots is not None:
            shell += ["--screenshots", str(self.options.screenshots)]
        env = {"VISIT_DEMO_OFFICER": OFFICER, "VISIT_DEMO_PIN": pin}
        if self.options.headless:
            env |= {"DISPLAY": "", "WAYLAND_DISPLAY": ""}  # the shell draws on what there is
        runtime = self._folder / "run"
        self.shell_started_at = time.monotonic()
        folders = ("--runtime", str(runtime), "--state", str(self._state))
        await self.stage.start("guard", "kiosk.guard", *folders, *own, "--", sys.executable, *shell, env=env)

    async def _officer(self) -> str:
        """Set up an officer with a PIN made for this run; the PIN."""
        said = await self._said("officer", "add", OFFICER, "--name", "Demo officer", "--generate")
        pin = PIN_SAID.search(said)
        if pin is None:
            raise StageError(f"The demo's officer could not be set up.\n{said}")
        self.tell(f"The officer of this demo is {OFFICER}, PIN {pin[1]}.")
        return pin[1]

    async def _seed(self) -> dict[str, Any]:
        """A booking due at once, with room to run over: a newcomer sees all of its talk, however slow the start.

        The built-in visitor is there before it starts, so that no talk is lost to joining.
        """
        longest = int(VISITOR_WITHIN_S[self.options.visitor] + START_WITHIN_S)
        starts_in = STARTS_IN_S if self.options.visitor == "built-in" else 0
        times = (
            "--starts-in",
            str(starts_in),
            "--duration",
            str(self.options.seconds),
            "--longest-extension",
            str(longest),
        )
        return await self._visits("demo-data", *times)

    async def _visits(self, *arguments: str) -> dict[str, Any]:
        """Run one command of the service and read its answer."""
        return dict(json.loads((await self._said(*arguments, "--json")).splitlines()[-1]))

    async def _said(self, *arguments: str) -> str:
        """Run one command of the service; what it printed."""
        actor = await self.stage.start("visits", "visits", *arguments, "--db", str(self._database))
        await actor.process.wait()
        if actor.process.returncode != 0:
            raise StageError(f"The service's `visits {arguments[0]}` failed.\n{actor.tail()}")
        self.stage.leave(actor)
        return actor.log.read_text().strip()

    async def _until(self, name: str, limit_s: float, sentence: str) -> None:
        async with _limit(limit_s, sentence):
            while name not in self.story.seen:
                await self._pause(LOOK_EVERY_S)
                self.stage.check_alive()
                self.story.look()

    async def _pause(self, seconds: float) -> None:
        """Wait; a Ctrl+C ends the wait and the demo."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()
            raise KeyboardInterrupt


async def _kiosk(*arguments: str, line: str = "") -> tuple[int, str]:
    """Run one command of the laptop with a line to read; its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "kiosk",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate(f"{line}\n".encode())
    return process.returncode or 0, said.decode(errors="replace")


@contextlib.asynccontextmanager
async def _limit(seconds: float, sentence: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise StageError(sentence) from None
