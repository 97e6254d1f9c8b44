"""The whole main job on one machine: service, guard, shell and a visitor, one call, and what was measured of it."""

import asyncio
import contextlib
import json
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from demo.options import Options, options_from
from demo.report import PaintedPart, Received, Report, Sent, Trouble
from demo.stage import Stage, StageError

START_WITHIN_S: Final = 40.0
VISITOR_WITHIN_S: Final = 900  # a person with a browser takes longer than a built-in visitor
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
    """What the watched shell has written so far."""

    events: Path
    seen: set[str] = field(default_factory=set)
    report: Report = NOTHING_YET
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
        if name not in self.seen:
            print(f"  {SAYS.get(name, name)}", flush=True)
        self.seen.add(name)
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

    def __init__(self, options: Options, folder: Path, stop: asyncio.Event) -> None:
        self._options, self._folder, self._stop = options, folder, stop
        self._database = folder / "visits.sqlite3"
        self._stage = Stage(folder)
        self.story = Story(folder / "events.jsonl")

    async def run(self) -> None:
        """The call, from nothing to goodbye. Raises StageError when it cannot go on."""
        try:
            url = await self._service()
            await self._laptop(url)
            await self._until("ready", START_WITHIN_S, "The laptop's shell did not start in time.")
            link = url + (await self._seed())["due"]["link"]
            limit_s = self._options.seconds + START_WITHIN_S
            if self._options.visitor == "browser":
                print(f"\nOpen this link in a browser on this machine, as the family would:\n\n  {link}\n", flush=True)
                limit_s += VISITOR_WITHIN_S
            else:
                await self._stage.start("visitor", "demo.visitor", "--url", link)
            await self._until("ended", limit_s, "The call did not end in time.")
            await self._until("goodbye", START_WITHIN_S, "The goodbye was not shown.")
            await self._pause(1.0)
        finally:
            await self._stage.close()
            self.story.look()

    async def _service(self) -> str:
        ready = self._folder / "service.json"
        arguments = ("--db", str(self._database), "--port", "0", "--ready-file", str(ready))
        await self._stage.start("service", "visits", "serve", *arguments)
        async with _limit(START_WITHIN_S, "The service did not start in time."):
            while not ready.exists():
                await self._pause(LOOK_EVERY_S)
        return str(json.loads(ready.read_text())["url"])

    async def _laptop(self, url: str) -> None:
        token = self._folder / "laptop.token"
        token.touch(mode=0o600)
        token.write_text((await self._visits("demo-data", "--starts-in", str(A_DAY_S)))["laptop_token"])
        shell = [
            "-m",
            "demo.shell",
            "--events",
            str(self.story.events),
            "--service",
            url,
            "--token-file",
            str(token),
            "--windowed",
        ]
        if self._options.screenshots is not None:
            shell += ["--screenshots", str(self._options.screenshots)]
        env = {"QT_QPA_PLATFORM": "offscreen"} if self._options.headless else {}
        runtime = self._folder / "run"
        await self._stage.start(
            "guard", "kiosk.guard", "--runtime", str(runtime), "--", sys.executable, *shell, env=env
        )

    async def _seed(self) -> dict[str, Any]:
        """A booking due now, with room to run over: a newcomer sees all of its talk, however slow the start."""
        longest = VISITOR_WITHIN_S + int(START_WITHIN_S)
        times = ("--starts-in", "0", "--duration", str(self._options.seconds), "--longest-extension", str(longest))
        return await self._visits("demo-data", *times)

    async def _visits(self, *arguments: str) -> dict[str, Any]:
        """Run one command of the service and read its answer."""
        actor = await self._stage.start("visits", "visits", *arguments, "--db", str(self._database), "--json")
        await actor.process.wait()
        if actor.process.returncode != 0:
            raise StageError(f"The demonstration bookings could not be made.\n{actor.tail()}")
        self._stage.leave(actor)
        return dict(json.loads(actor.log.read_text()))

    async def _until(self, name: str, limit_s: float, sentence: str) -> None:
        async with _limit(limit_s, sentence):
            while name not in self.story.seen:
                await self._pause(LOOK_EVERY_S)
                self._stage.check_alive()
                self.story.look()

    async def _pause(self, seconds: float) -> None:
        """Wait; a Ctrl+C ends the wait and the demo."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)
            raise KeyboardInterrupt


@contextlib.asynccontextmanager
async def _limit(seconds: float, sentence: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise StageError(sentence) from None


async def _play(options: Options) -> Report:
    stop = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop.set)
    with tempfile.TemporaryDirectory(prefix="visit-demo-") as folder:
        demo = Demo(options, Path(folder), stop)
        try:
            await demo.run()
        except StageError as error:
            print(f"The demo stopped: {error}", file=sys.stderr)
            trouble = Trouble(code="demo_stopped", text=str(error).splitlines()[0])
            return demo.story.report.model_copy(update={"errors": [*demo.story.report.errors, trouble]})
        except KeyboardInterrupt:
            print("\nStopped.")
        return demo.story.report


def main() -> None:
    """Run the demo; status 0 only when the call completed normally."""
    options = options_from(None)
    print("A visit, from booking to goodbye:", flush=True)
    report = asyncio.run(_play(options))
    if options.report is not None:
        options.report.write_text(report.model_dump_json(indent=2) + "\n")
    if options.screenshots is not None:
        print(f"Pictures of the scenes are in {options.screenshots}.")
    print(f"Outcome: {report.outcome}; talked {report.talk_s} s; joined in {report.join_s} s.")
    sys.exit(0 if report.outcome == "COMPLETED_NORMALLY" else 1)


if __name__ == "__main__":
    main()
