"""Tier I: a laptop whose plug is pulled in a call, again and again, comes back to it; nobody pays for the time.

QEMU is killed: what the machine had not yet handed to its disk is gone. (That a disk keeps what it was handed is for
the disk; the machine's own cache is the host's memory.)
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import pytest

from kiosk.audit.verdict import Word
from tests.e2e.kit.family import Family
from tests.e2e.kit.officer import admits
from tests.fakes.eventually import eventually
from tests.image.kit import looks
from tests.image.kit.dilation import now, ours
from tests.image.kit.people import outside
from tests.image.kit.shown import Shown
from tests.image.kit.site import Site
from tests.image.kit.table import Table
from tests.image.kit.trail import live_since, trail, verified
from tests.image.kit.vm import FREEZABLE, Vm

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(7200)]
CUTS: Final = 10
BETWEEN_S: Final = 15.0  # from one to the next, talking; as all seconds here, in the time that the machine lives in
READY_S: Final = 300.0
BACK_S: Final = 290.0  # the rules ask an officer after five minutes
JOURNAL_S: Final = 1.5  # how far the journal may lag behind, and the clocks of two machines err


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[Family]:
    async with outside(tmp_path) as people:
        yield people


async def test_ten_cuts_of_power_in_a_call_cost_nobody_time_and_no_record(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table, tmp_path: Path
) -> None:
    booked = site.book(duration_s=3600)
    talked_s = 0.0

    async def talk(vm: Vm, started_s: float = 0) -> None:
        nonlocal talked_s
        since = await eventually(lambda: live_since(vm, started_s), ours(BACK_S), "the call is live")
        while now() < since + BETWEEN_S:
            assert live_since(vm, started_s) == since, "it stopped by itself"
            await asyncio.sleep(1)
        talked_s += now() - since

    with thaw() as vm:
        await eventually(lambda: looks.is_ready(vm), READY_S, "a laptop that is ready")
        await people.opens(f"{site.pages}/v/{booked.link}")
        await admits(Shown(vm), people)
        await talk(vm)
    for _ in range(CUTS - 1):
        started_s = now()
        with vm.on(disk=FREEZABLE):
            assert vm.is_up(READY_S)
            await talk(vm, started_s)
    started_s = now()
    with vm.on(disk=FREEZABLE):
        assert vm.is_up(READY_S)
        await talk(vm, started_s)
        await Shown(vm).press("End")
        _outcome, talk_ms = await eventually(lambda: site.outcome(booked), ours(BACK_S), "an outcome")
        assert abs(talk_ms / 1000 - talked_s) <= JOURNAL_S * (CUTS + 1)
        recovered = [record for record in trail(vm) if record["event"] == "call_recovered"]
        assert len(recovered) == CUTS
        assert verified(vm, tmp_path / "audit").verdict is not Word.TAMPERED
    table.seen("power cut ten times in a call", "journal, fair clock", f"back each time; {talk_ms} ms of talk", "-")
