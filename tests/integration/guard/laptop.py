"""A real guard process, its real folders, and a shell played by the test on the guard's own socket."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

from contract.documents import DocumentKind
from contract.laptop_link import TimeAsked
from contract.media import Received
from contract.roster import RosterOfficer
from contract.words import Presence, Use
from kiosk.deeds import Admit, AnyDeed, Credential
from kiosk.ipc import (
    TO_SHELL,
    Answered,
    Asked,
    Carry,
    Connect,
    DevicesNow,
    DevicesShut,
    DocumentArrived,
    FarSide,
    FromShell,
    Key,
    LinkNow,
    MediaNow,
    Pressed,
    ShellHello,
    Show,
    ToShell,
    VisitorSeen,
)
from kiosk.scenes import AnyScene
from tests.fakes.authority import enrolled, signed, signed_sheet
from tests.fakes.bookings import booking, sheet
from tests.fakes.eventually import eventually
from tests.fakes.rosters import officer, signed_roster, vault_with_sealing_key

OFFICER: Final = Credential(number="Q4471", pin="482913")
REPORTS_S: Final = 0.25  # a shell says twice a second what came, and the guard keeps the day each time
WITHIN_S: Final = 20.0
REAL: Final = ("-m", "kiosk.guard")
PATIENT: Final = ("-m", "tests.integration.guard.patient")  # with a shell that is slow to shut its devices
M = TypeVar("M", bound=ToShell)


def signed_time(nonce: str, at: datetime, **changes: object) -> DocumentArrived:
    """As the service answers; `changes` are of its envelope."""
    payload = json.dumps({"nonce": nonce, "at": at.isoformat()}).encode()
    return DocumentArrived(kind=DocumentKind.TIME, document=signed(DocumentKind.TIME, payload, **changes))


async def kiosk(*arguments: str, line: str = "") -> tuple[int, str]:
    """Run one command of the laptop; its exit status and what it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "kiosk", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await asyncio.wait_for(process.communicate(f"{line}\n".encode()), WITHIN_S)
    return process.returncode or 0, said.decode()


def is_stopped(pid: int) -> bool:
    """Whether every thread of it stands still, by a signal."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # a thread that ended just now
        stats = [each.read_text() for each in Path(f"/proc/{pid}/task").glob("*/stat")]
        return all(stat.rpartition(")")[2].split()[0] == "T" for stat in stats)
    return False


class Laptop:
    """Start it, connect a shell, do things; `close` ends everything it started."""

    def __init__(self, folder: Path, guard: tuple[str, ...] = PATIENT, use: Use = Use.DEMO) -> None:
        self.identity, self._use = enrolled(folder / "identity", use), use
        self._vault = vault_with_sealing_key(folder / "vault")
        self._roster_serial = 0
        self.runtime, self.state, self.program = folder / "run", folder / "state", guard
        self._log = folder / "guard.log"
        self.guard: asyncio.subprocess.Process | None = None
        self.shell: PlayedShell | None = None
        self.starts_at = datetime.now(UTC) - timedelta(seconds=1)

    async def sets_up_officer(self) -> None:
        """As if the service had sent the list before."""
        self.state.mkdir(mode=0o700, exist_ok=True)
        known = officer(OFFICER.number, OFFICER.pin)
        (self.state / "roster.jws").write_text(self.roster(known, signed_at=self.starts_at))

    def roster(self, *officers: RosterOfficer, **changes: Any) -> str:
        """The next list of officers for this laptop, signed."""
        self._roster_serial += 1
        return signed_roster(*officers, **{"serial": self._roster_serial, "use": self._use, **changes})

    def is_told_of(self, *officers: RosterOfficer, **changes: Any) -> None:
        """The service sends the next list."""
        assert self.shell is not None
        self.shell.say(DocumentArrived(kind=DocumentKind.ROSTER, document=self.roster(*officers, **changes)))

    async def starts(self, environment: Mapping[str, str] | None = None) -> None:
        """Start the guard, with more in its environment where that is given, and connect the shell to it."""
        with self._log.open("ab") as out:
            self.guard = await asyncio.create_subprocess_exec(
                *(sys.executable, *self.program, "--runtime", str(self.runtime), "--state", str(self.state)),
                *("--identity", str(self.identity), *(("--vault", str(self._vault)) if self._is_demo else ())),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **self._credentials(), **(environment or {})},
            )
        await self.connects()

    @property
    def _is_demo(self) -> bool:
        return self._use is Use.DEMO

    def _credentials(self) -> dict[str, str]:
        """What systemd gives a laptop's guard."""
        if self._is_demo:
            return {}
        (self._vault / "visit_sealing-key").write_text((self._vault / "sealing-key").read_text())
        return {"CREDENTIALS_DIRECTORY": str(self._vault)}

    async def connects(self) -> "PlayedShell":
        """A shell comes, and says what a shell says."""
        self.shell = await PlayedShell.at(self.runtime / "guard.sock")
        self.shell.say(ShellHello(pid=os.getpid()))
        self.shell.say(DevicesNow(camera=True, microphone=True, speaker=True))
        return self.shell

    def is_due(self, duration_s: int = 1800, hard_stop_after_s: int = 2700, use: Use = Use.DEMO) -> None:
        """The service answers with a sheet on which a call is due, and the family waits."""
        assert self.shell is not None
        entry = booking(starts_at=self.starts_at, duration_s=duration_s, hard_stop_after_s=hard_stop_after_s)
        self.shell.say(LinkNow(up=True))
        self.shell.say(DocumentArrived(kind=DocumentKind.SHEET, document=signed_sheet(sheet(entry, use=use))))
        self.shell.say(VisitorSeen(booking_id="b1", presence=Presence.WAITING, page="page-0001"))

    async def admits(self) -> None:
        assert self.shell is not None
        self.shell.say(Pressed(key=Key.OPEN_IDENTITY))
        await self.shell.shows("officer_admits")
        answer = await self.asks(Admit(ticked=("mum", "jac")))
        assert answer.accepted, answer.text

    async def is_live(self, use: Use = Use.DEMO) -> None:
        """Due, admitted, and both sides receive."""
        self.is_due(use=use)
        await self.admits()
        assert self.shell is not None
        await self.shell.receives()

    async def asks(self, deed: AnyDeed, officer: Credential = OFFICER) -> Answered:
        assert self.shell is not None
        self.shell.say(Asked(officer=officer, deed=deed))
        return await self.shell.hears(Answered)

    @contextlib.asynccontextmanager
    async def stands_still(self) -> AsyncIterator[None]:
        """The guard does nothing meanwhile, stopped when none of its files was half replaced: none gives room back."""
        assert self.guard is not None
        guard = self.guard

        def is_at_rest() -> bool:
            guard.send_signal(signal.SIGSTOP)
            if not is_stopped(guard.pid):
                return False
            if any(self.state.rglob(".*.new")):
                guard.send_signal(signal.SIGCONT)
                return False
            return True

        try:
            await eventually(is_at_rest, WITHIN_S, "the guard stands still between two files")
            yield
        finally:
            guard.send_signal(signal.SIGCONT)

    async def kill(self) -> None:
        """The guard is gone without a word."""
        assert self.guard is not None
        self.guard.kill()
        await self.guard.wait()
        if self.shell is not None:
            await self.shell.close()

    async def journal_has(self, state: str) -> None:
        """Wait until the disk has the call in this state."""
        journal = self.state / "journal.json"
        await eventually(lambda: journal.exists() and f'"state":"{state}"' in journal.read_text(), WITHIN_S, state)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def trail(self) -> list[dict[str, Any]]:
        """The audit trail, record by record; one that is being written is left out."""
        whole = (self.state / "audit" / "trail.jsonl").read_text().rpartition("\n")[0]
        return [json.loads(line) for line in whole.splitlines()]

    async def has_recorded(self, event: str) -> None:
        """Wait until the disk has a record of this event."""
        await eventually(lambda: event in self.events(), WITHIN_S, event)

    def events(self) -> list[str]:
        return [record["event"] for record in self.trail()]

    async def verdict(self) -> tuple[int, str]:
        trail, key = self.state / "audit" / "trail.jsonl", self.state / "audit.pub"
        return await kiosk("audit", "verify", str(trail), "--key", str(key))

    async def close(self) -> None:
        if self.shell is not None:
            await self.shell.close()
        if self.guard is not None and self.guard.returncode is None:
            self.guard.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(self.guard.wait(), WITHIN_S)
            except TimeoutError:
                self.guard.kill()
                await self.guard.wait()


class PlayedShell:
    """The shell's end of the socket: obeys `disconnect` at once unless it is told to hang."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self.heard: list[ToShell] = []
        self.hangs = False
        self.time_is: Callable[[], datetime] | None = None  # what the service signs when it is asked for its time
        self._news = asyncio.Condition()
        self._listening = asyncio.create_task(self._listen(), name="played shell")
        self._frames = 0

    @classmethod
    async def at(cls, path: Path) -> "PlayedShell":
        async with asyncio.timeout(WITHIN_S):
            while True:
                with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                    return cls(*await asyncio.open_unix_connection(path, limit=4_000_000))
                await asyncio.sleep(0.02)

    def say(self, fact: FromShell) -> None:
        self._writer.write(fact.model_dump_json().encode() + b"\n")

    async def _listen(self) -> None:
        with contextlib.suppress(ConnectionError):
            while line := await self._reader.readline():
                message = TO_SHELL.validate_json(line)
                if message.type == "disconnect" and not self.hangs:
                    self.say(DevicesShut())
                if isinstance(message, Carry) and isinstance(message.message, TimeAsked) and self.time_is is not None:
                    self.say(signed_time(message.message.nonce, self.time_is()))
                async with self._news:
                    self.heard.append(message)
                    self._news.notify_all()

    async def until(self, claim: Callable[[], bool], what: str) -> None:
        """Wait until what was heard makes `claim` true."""
        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(claim)
        except TimeoutError:
            raise AssertionError(f"not heard: {what}") from None

    def asks_the_time(self, time_is: Callable[[], datetime]) -> None:
        """The line comes, and a service that knows the time."""
        self.time_is = time_is
        self.say(LinkNow(up=False))
        self.say(LinkNow(up=True))

    async def shows(self, kind: str) -> AnyScene:
        """Wait until this scene is on the screen."""
        await self.until(lambda: self.scene is not None and self.scene.kind == kind, kind)
        assert self.scene is not None
        return self.scene

    @property
    def scene(self) -> AnyScene | None:
        shown = [message for message in self.heard if isinstance(message, Show)]
        return shown[-1].scene if shown else None

    async def hears(self, kind: type[M], after: int | None = None) -> M:
        """The next message of this kind that comes, or came after so many messages of any kind."""
        before = sum(isinstance(message, kind) for message in self.heard[:after])
        await self.until(lambda: sum(isinstance(m, kind) for m in self.heard) > before, kind.__name__)
        return [message for message in self.heard if isinstance(message, kind)][-1]

    async def receives(self, seconds: float = 0.0) -> None:
        """Media flows both ways until the call is on the screen, and then for so long."""
        loop = asyncio.get_running_loop()
        end = loop.time() + WITHIN_S
        until = loop.time() + seconds
        while not (self.scene is not None and self.scene.kind == "in_call" and loop.time() >= until):
            assert loop.time() < end, f"the call did not become live: {self.scene}"
            self.media()
            await asyncio.sleep(REPORTS_S)

    def media(self) -> None:
        """Both sides report that more has come."""
        sessions = [message for message in self.heard if isinstance(message, Connect)]
        if not sessions:
            return
        self._frames += 3
        session, count = sessions[-1].session, self._frames
        self.say(
            MediaNow(
                session=session,
                received_video_frames=count,
                received_audio_ms=count * 33,
                sent_video_frames=count,
                sent_audio_ms=count * 33,
            )
        )
        received = Received(booking_id="b1", session=session, video_frames=count, audio_ms=count * 33)
        self.say(FarSide(received=received))

    async def close(self) -> None:
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
