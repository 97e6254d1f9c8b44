"""Tier I: a whole call from the installed image, through a relay alone, with a Chromium outside as the family.

The machine is emulated and slow: a small picture, few frames. What is shown is that all parts fit, not how well.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.e2e.kit.family import Family
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import colour_on
from tests.fakes.eventually import eventually
from tests.image.kit import looks
from tests.image.kit.people import outside
from tests.image.kit.shown import Shown
from tests.image.kit.site import Site
from tests.image.kit.vm import Vm

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(3600)]
SLOW_S = 600.0  # a call that does not come about is tried again by itself
READY_S = 300.0


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[Family]:
    async with outside(tmp_path) as people:
        yield people


async def test_a_call_from_the_image_through_the_relay_alone(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family
) -> None:
    booked = site.book()
    with thaw() as vm:
        screen = Shown(vm)
        await eventually(lambda: looks.is_ready(vm), READY_S, "a laptop that is ready")
        await people.opens(f"{site.pages}/v/{booked.link}")
        await admits(screen, people)
        await people.is_at("call", SLOW_S)
        await eventually(lambda: colour_on(screen), SLOW_S, "the family's picture on the screen")
        vm.picture("in-call")
        await screen.press("End")
        assert (await eventually(lambda: site.outcome(booked), SLOW_S, "an outcome"))[1] > 0
