"""What `kiosk ready` asks and is told: one check, waited for, as one line of JSON. It decides nothing."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from contract.readiness import CheckedFor, Light, Readiness
from contract.strict import Message
from kiosk.errors import Refused
from kiosk.self_check import STOPPED

MARKS: Final = {Light.GREEN: "green", Light.AMBER: "AMBER", Light.RED: "RED"}
SAID: Final = {
    Light.GREEN: "Ready for calls.",
    Light.AMBER: "Ready for calls, and there is something to do.",
    Light.RED: "Not ready: a call would fail.",
}


class Checking(Protocol):
    """The laptop's check of itself."""

    def ask(self, why: CheckedFor, on_done: Callable[[Readiness | None], None]) -> None:
        """Begin or join one. Raises Refused."""
        ...


class ReadyAnswer(Message):
    """The result, or the sentence that says why there is none."""

    readiness: Readiness | None = None
    refused: str = ""


class ReadyDesk:
    """One answer to each question; several who ask at once wait for the same check."""

    def __init__(self, checking: Checking) -> None:
        self._checking = checking

    async def answer(self) -> str:
        """One line of JSON, when the check is over, which ends by itself."""
        done: asyncio.Future[Readiness | None] = asyncio.get_running_loop().create_future()
        try:
            self._checking.ask(CheckedFor.COMMAND, lambda result: None if done.done() else done.set_result(result))
            result = await done
        except Refused as why:
            return ReadyAnswer(refused=str(why)).model_dump_json()
        return ReadyAnswer(readiness=result, refused="" if result else STOPPED).model_dump_json()


@dataclass(frozen=True)
class Shown:
    """A result for whoever typed the command."""

    readiness: Readiness

    @property
    def is_ready(self) -> bool:
        """Whether calls work."""
        return self.readiness.light is not Light.RED

    def table(self) -> str:
        """For people: each row, and under one that is not green what to do."""
        lines = [f"{'check':<11}  {'light':<5}  found"]
        for row in self.readiness.rows:
            lines.append(f"{row.check:<11}  {MARKS[row.light]:<5}  {row.found}")
            lines += [f"{'':<11}  {'':<5}  -> {row.fix}"] if row.fix else []
        return "\n".join([*lines, "", SAID[self.readiness.light]])

    def as_json(self) -> str:
        """For programs."""
        told = self.readiness.model_dump(mode="json", exclude={"type"})
        return json.dumps({"light": self.readiness.light, "ready": self.is_ready, **told}, indent=1)
