"""Tier I: a laptop whose plug is pulled in a call, again and again, comes back to it; nobody pays for the time.

QEMU is killed: what the machine had not yet handed to its disk is gone. (That a disk keeps what it was handed is for
the disk; the machine's own cache is the host's memory.)
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from kiosk.audit.verdict import Word
from tests.e2e.kit.family import Family
from tests.image.kit import looks
from tests.image.kit.call import under_way
from tests.image.kit.dilation import ours
from tests.image.kit.shown import Shown
from tests.image.kit.site import Site
from tests.image.kit.table import Table
from tests.image.kit.trail import since, verified
from tests.image.kit.vm import FREEZABLE, Vm, eventually

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(7200)]
CUTS: Final = 10
BETWEEN_S: Final = 5.0  # from one to the next, talking; in the time that the machine lives in, as the others here
UP_S: Final = 400.0  # in ours
BACK_S: Final = 120.0  # after the rules' five minutes an officer would be asked for
# Talk counts to the family's last report of what they received, and to the last line of the journal; both come twice a
# second. What was said since then counts as lost by the laptop, and is given back.
EACH_LATE_S: Final = 2.0
ROUNDED_MS: Final = 2.0
THEIRS_MS: Final = 5000  # of ten times of being connected again: no fault was theirs


def live_s(moves: Sequence[tuple[float, bool]]) -> float:
    """For how long it was live, by when it became so and when it no longer was."""
    total, live_from_s = 0.0, None
    for at_s, is_live in sorted(moves):
        if live_from_s is not None:
            total += at_s - live_from_s
        live_from_s = at_s if is_live else None
    return total


@pytest.mark.attack("power-cut")
async def test_ten_cuts_of_power_in_a_call_cost_nobody_time_and_no_record(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table, tmp_path: Path
) -> None:
    cuts: list[float] = []  # by the machine's clock
    with thaw() as vm:
        began = looks.time_of_day(vm)
        call = await under_way(vm, site, people, duration_s=3600)
        await asyncio.sleep(ours(BETWEEN_S))
        cuts.append(looks.time_of_day(vm))
    call = replace(call, screen=Shown(vm))
    while True:
        with vm.on(disk=FREEZABLE):
            assert eventually(lambda: vm.is_up(5), UP_S)
            await call.is_live(cuts[-1], BACK_S)
            await call.is_seen(BACK_S)
            await asyncio.sleep(ours(BETWEEN_S))
            if len(cuts) == CUTS:
                talk_ms = await call.ends(site)
                recovered = since(vm, began, "call_recovered")
                moves = [(each["at_s"], each["data"]["to"] == "live") for each in since(vm, began, "call_state")]
                assert verified(vm, tmp_path / "audit").verdict is not Word.TAMPERED
                break
            cuts.append(looks.time_of_day(vm))
    assert len(recovered) == CUTS
    time = site.reckoned(call.booked)
    assert abs(time.unaccounted) <= ROUNDED_MS, time
    assert time.theirs <= THEIRS_MS, time
    assert 0 <= live_s([*moves, *((at_s, False) for at_s in cuts)]) - talk_ms / 1000 <= EACH_LATE_S * (CUTS + 1)
    table.seen(
        "power cut ten times in a call", "journal, fair clock", f"back each time; talk {talk_ms} ms, {time.lost}", "-"
    )
