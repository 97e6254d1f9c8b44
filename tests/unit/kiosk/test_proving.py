"""The shell looks at its own measures at once and again, away from the screen's thread."""

import asyncio
import threading

import pytest

from kiosk.ipc import Proven, ProvenHere
from kiosk.policy.measures import MeasureName, Severity, Verdict
from kiosk.proving import Confinement, prove

FOUND = ProvenHere(
    findings=(Proven(name=MeasureName.FILES, verdict=Verdict.HOLDS, severity=Severity.BLOCK, evidence="denied"),)
)


async def test_it_looks_at_once_and_again_on_a_thread_of_its_own() -> None:
    looked_on: list[str] = []
    told: list[str | None] = []
    said: asyncio.Queue[ProvenHere] = asyncio.Queue()

    def look(escaped: str | None) -> ProvenHere:
        looked_on.append(threading.current_thread().name)
        told.append(escaped)
        return FOUND

    def tried_here() -> str | None:
        assert threading.current_thread() is threading.main_thread()
        return "a menu got past the input guard"

    proving = asyncio.create_task(prove(Confinement(lambda: None, look), tried_here, said.put_nowait, every_s=0))
    assert [await said.get(), await said.get()] == [FOUND, FOUND]
    proving.cancel()
    await asyncio.gather(proving, return_exceptions=True)
    assert all(name.startswith("prove") for name in looked_on)
    assert told[0] == "a menu got past the input guard"


async def test_a_look_that_breaks_ends_the_proving_and_with_it_the_shell() -> None:
    def look(_escaped: str | None) -> ProvenHere:
        raise OSError("no such thing")

    with pytest.raises(OSError, match="no such thing"):
        await prove(Confinement(lambda: None, look), lambda: None, lambda _: None)
