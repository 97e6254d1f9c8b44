"""Tier I: a whole call from the installed image, through a relay alone, with a Chromium outside as the family.

The machine is emulated, and its world goes slowly (tests/image/kit/dilation.py): a small picture, few frames. What is
shown is that all parts fit, with the product's own limits, not how well.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.e2e.kit.family import Family
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import colour_on
from tests.fakes.eventually import eventually
from tests.image.kit import looks, wire
from tests.image.kit.dilation import now, ours
from tests.image.kit.people import outside
from tests.image.kit.shown import Shown
from tests.image.kit.site import RELAY_PORT, Site
from tests.image.kit.table import Table
from tests.image.kit.trail import live_since
from tests.image.kit.vm import Vm

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(1800)]
READY_S = 300.0
WITHIN_S = 60.0  # as TALK_S, in the time that the machine lives in
TALK_S = 20.0


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[Family]:
    async with outside(tmp_path) as people:
        yield people


async def test_a_call_from_the_image_through_the_relay_alone(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    booked = site.book()
    with thaw() as vm:
        screen = Shown(vm)
        await eventually(lambda: looks.is_ready(vm), READY_S, "a laptop that is ready")
        await people.opens(f"{site.pages}/v/{booked.link}")
        await admits(screen, people)
        await people.is_at("call", ours(WITHIN_S))
        since = await eventually(lambda: live_since(vm), ours(WITHIN_S), "the call is live")
        await eventually(lambda: colour_on(screen), ours(WITHIN_S), "the family's picture on the screen")
        shown = await people.pictures()
        await eventually(lambda: now() > since + TALK_S, ours(TALK_S) + 10, "they have talked")
        assert live_since(vm) == since, "it stopped by itself"
        assert await people.pictures() > shown + TALK_S, "the laptop's picture stands still at the family's"
        vm.picture("in-call")
        await screen.press("End")
        outcome, talk_ms = await eventually(lambda: site.outcome(booked), ours(WITHIN_S), "an outcome")
        assert talk_ms >= TALK_S * 1000
        assert looks.denied(vm) == []
        sent = {each for each in wire.seen(vm.folder) if each.startswith("udp 10.0.2.2 ")}
        assert sent == {f"udp 10.0.2.2 {RELAY_PORT}"}
    table.seen(
        "a call", "the firewall knows one relay", f"through it alone; {talk_ms} ms of talk, {outcome}", "see packets",
    )  # fmt: skip
