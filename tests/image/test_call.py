"""Tier I: a whole call from the installed image, through a relay alone, with a Chromium outside as the family.

The machine is emulated, and its world goes slowly (tests/image/kit/dilation.py): a small picture, few frames. What is
shown is that all parts fit, with the product's own limits, not how well.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest

from tests.e2e.kit.family import Family
from tests.image.kit import looks, wire
from tests.image.kit.call import under_way
from tests.image.kit.site import RELAY_PORT, Site
from tests.image.kit.table import Table
from tests.image.kit.vm import Vm

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.takes(300), pytest.mark.timeout(1800)]
TALK_S = 10.0


async def test_a_call_from_the_image_through_the_relay_alone(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    with thaw() as vm:
        call = await under_way(vm, site, people)
        await call.goes_on(TALK_S)
        vm.picture("in-call")
        talk_ms = await call.ends(site)
        assert talk_ms >= TALK_S * 1000
        assert looks.denied(vm) == []
        to_its_host = {each for each in wire.seen(vm.folder) if each.startswith("udp 10.0.2.2 ")}
        assert to_its_host == {f"udp 10.0.2.2 {RELAY_PORT}"}
    table.seen("a call", "nftables: one relay", f"through it alone; {talk_ms} ms of talk", "see packets by root")
