"""Tier I: a whole call from the installed image, through a relay alone, with a Chromium outside as the family.

The machine is emulated and slow: a small picture, few frames. What is shown is that all parts fit, not how well.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.e2e.kit.clips import write_picture
from tests.e2e.kit.family import Family, family
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import colour_on
from tests.fakes.eventually import eventually
from tests.image.kit.network import inside
from tests.image.kit.shown import Shown
from tests.image.kit.site import Site
from tests.image.kit.vm import Vm

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(1800)]
SLOW_S = 240.0


@pytest.fixture
async def people(tmp_path: Path) -> AsyncIterator[Family]:
    """A browser in the harness's network."""
    clip, browser = tmp_path / "family.y4m", tmp_path / "chromium"
    write_picture(clip)
    browser.write_text(f'#!/bin/sh\nexec {" ".join(inside())} /usr/bin/chromium "$@"\n')
    browser.chmod(0o755)
    async with family(clip, executable=str(browser)) as people:
        yield people


async def test_a_call_from_the_image_through_the_relay_alone(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family
) -> None:
    booked = site.book()
    with thaw() as vm:
        screen = Shown(vm)
        await people.opens(f"{site.pages}/v/{booked.link}")
        await admits(screen, people)
        await people.is_at("call", SLOW_S)
        await eventually(lambda: colour_on(screen), SLOW_S, "the family's picture on the screen")
        vm.picture("in-call")
        await screen.press("End")
        assert (await eventually(lambda: site.outcome(booked), SLOW_S, "an outcome"))[1] > 0
