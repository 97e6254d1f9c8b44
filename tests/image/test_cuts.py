"""Tier I: a laptop whose plug is pulled in a call, again and again, comes back to it; nobody pays for the time.

QEMU is killed: what the machine had not yet handed to its disk is gone. (That a disk keeps what it was handed is for
the disk; the machine's own cache is the host's memory.)
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from kiosk.audit.verdict import Word
from tests.e2e.kit.family import Family
from tests.image.kit.call import under_way
from tests.image.kit.dilation import now
from tests.image.kit.shown import Shown
from tests.image.kit.site import Site
from tests.image.kit.table import Table
from tests.image.kit.trail import trail, verified
from tests.image.kit.vm import FREEZABLE, Vm

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(7200)]
CUTS: Final = 10
BETWEEN_S: Final = 15.0  # from one to the next, talking; in the time that the machine lives in, as the others here
UP_S: Final = 400.0  # in ours
BACK_S: Final = 120.0  # after the rules' five minutes an officer would be asked for
EACH_ERRS_S: Final = 0.7  # how far the journal may lag behind, and the clocks of two machines err


async def test_ten_cuts_of_power_in_a_call_cost_nobody_time_and_no_record(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table, tmp_path: Path
) -> None:
    with thaw() as vm:
        call = await under_way(vm, site, people, duration_s=3600)
        began = await call.is_live()
        await call.goes_on(BETWEEN_S)
    talked_s = now() - began
    call = replace(call, screen=Shown(vm))
    for number in range(1, CUTS + 1):
        started_s = now()
        with vm.on(disk=FREEZABLE):
            assert vm.is_up(UP_S)
            began = await call.is_live(started_s, BACK_S)
            await call.is_seen(BACK_S)
            await call.goes_on(BETWEEN_S)
            talked_s += now() - began
            if number == CUTS:
                talk_ms = await call.ends(site)
                recovered = [record for record in trail(vm) if record["event"] == "call_recovered"]
                assert verified(vm, tmp_path / "audit").verdict is not Word.TAMPERED
    assert len(recovered) == CUTS
    assert abs(talk_ms / 1000 - talked_s) <= EACH_ERRS_S * (CUTS + 1)
    table.seen("power cut ten times in a call", "journal, fair clock", f"back each time; {talk_ms} ms of talk", "-")
