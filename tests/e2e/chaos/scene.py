"""A house with the built-in visitor, brought into a state by real keys; its own trail and journal say what happened."""

import contextlib
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kiosk.kept import DayKept
from kiosk.lockdown.day_pack import DayPack
from kiosk.lockdown.pack_opening import key_in
from kiosk.lockdown.sealed_call import opened
from kiosk.lockdown.vault import open_vault
from tests.e2e.kit.house import Booked, House
from tests.e2e.kit.officer import identifies, opens_check, ticks
from tests.e2e.kit.process import Process
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually

STATES = ("waiting", "identity", "joining", "live", "interrupted", "held")
WITHOUT_VISITOR = ("joining", "interrupted")  # kept there by a family that has vanished
WITHIN_S = 40.0
TABLE: list[str] = []  # what happened, a line each, printed when all is over


class Scene:
    """Start it in a state, do something to a process, end it."""

    def __init__(self, folder: Path, screen: Screen) -> None:
        self._folder, self._screen = folder, screen
        self.house = House(folder, screen, {"PULSE_RUNTIME_PATH": str(folder / "pulse")})
        self.visitor: Process | None = None
        self.booked: Booked | None = None
        self._stopped: list[int] = []

    async def is_in(self, state: str) -> None:
        """Bring the call into `state`, as an officer would."""
        self.booked = await self.house.book()
        await self.house.start_service()
        await self.house.start_laptop()
        await self.visitor_comes()
        await self.has_state("waiting")
        if state == "waiting":
            return
        await self.records("document_taken")
        with self._explained():
            await opens_check(self._screen)
        await self.has_state("identity")
        if state == "identity":
            return
        await self.records("preview_opened")
        if state == "joining":
            await self._visitor_vanishes()
        with self._explained():
            await ticks(self._screen)
        await identifies(self._screen)
        await self.has_state("joining" if state == "joining" else "live")
        if state == "interrupted":
            await self._visitor_vanishes()
            await self.has_state("interrupted")
        if state == "held":
            await self._screen.press("Pause")
            await self.has_state("held")

    async def _visitor_vanishes(self) -> None:
        assert self.visitor is not None
        os.kill(self.visitor.pid, signal.SIGKILL)
        await self.visitor.wait()

    async def visitor_comes(self) -> None:
        """The family opens its link."""
        assert self.booked is not None
        log = self._folder / "visitor.log"
        self.visitor = await Process.python(log, "demo.visitor", "--url", self.house.url + self.booked.link)

    # ---- what is done to it ----

    async def suffers(self, target: str, fault: str) -> None:
        """Kill a process, ask it to stop, or let it hang where it stands."""
        pid = await self._pid(target)
        if fault in ("killed", "stopped"):
            os.kill(pid, signal.SIGKILL if fault == "killed" else signal.SIGTERM)
        else:
            os.kill(pid, signal.SIGSTOP)
            self._stopped.append(pid)

    async def _pid(self, target: str) -> int:
        guard = self.house.guard
        assert guard is not None
        if target == "shell":
            return (await eventually(lambda: guard.children, WITHIN_S, "a shell"))[0]
        process = {"guard": guard, "service": self.house.service, "visitor": self.visitor}[target]
        assert process is not None
        return process.pid

    async def press(self, key: str) -> None:
        """A key of the laptop's keyboard."""
        await self._screen.press(key)

    def goes_on(self) -> None:
        """What stood still moves again."""
        for pid in self._stopped:
            try:
                os.kill(pid, signal.SIGCONT)
            except ProcessLookupError:
                continue
        self._stopped.clear()

    # ---- what is seen ----

    def call(self) -> dict[str, Any]:
        """The call as the journal has it."""
        journal = self.house.state / "journal.json"
        if not journal.exists():
            return {}
        day = DayKept.model_validate_json(journal.read_bytes())
        pack = DayPack(self.house.state, key_in(open_vault(on_laptop=False, folder=self.house.vault)))
        return dict(json.loads(opened(day, pack).model_dump_json())["call"] or {})

    async def has_state(self, state: str, within_s: float = WITHIN_S) -> None:
        await eventually(lambda: self.call().get("state") == state, within_s, lambda: f"{state}; {self.story()}")

    async def lives(self) -> int:
        """How often a call that is live has become so."""
        return await eventually(lambda: self.house.times_in("live"), WITHIN_S, self.story)

    async def comes_to(self, state: str, times: int) -> None:
        """Wait until the call came into `state` so often; the journal may show it left again, or not left yet."""
        await eventually(
            lambda: self.house.times_in(state) >= times, WITHIN_S, lambda: f"{state} {times} times; {self.story()}"
        )

    def trail(self) -> list[dict[str, Any]]:
        """The audit trail."""
        return self.house.trail()

    async def records(self, event: str, count: int = 1) -> dict[str, Any]:
        """Wait for the record of an event."""

        def found() -> list[dict[str, Any]]:
            records = [record for record in self.trail() if record["event"] == event]
            return records if len(records) >= count else []

        return (await eventually(found, WITHIN_S, lambda: f"{event}; {self.story()}"))[-1]

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """What fails here is told with the whole story."""
        try:
            yield
        except AssertionError as error:
            error.add_note(self.story())
            raise

    def story(self) -> str:
        """Where the call is, how it came there, what the screen shows, what everybody said: for a test that fails."""
        visitor = "there is none" if self.visitor is None else self.visitor.log[-2000:]
        return "\n".join(
            [
                f"the call is {self.call().get('state', 'not there')}",
                *(f"{each['wall']} {each['event']} {json.dumps(each['data'])[:200]}" for each in self.trail()[-25:]),
                f"-- screen --\n{self._screen.sketch()}",
                f"-- visitor --\n{visitor}",
                f"-- service, guard, shell --\n{self.house.logs()}",
            ]
        )

    async def close(self) -> None:
        self.goes_on()
        if self.visitor is not None:
            await self.visitor.stop()
        await self.house.close()
