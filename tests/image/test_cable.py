"""Tier I: whoever sits on the laptop's cable, and hands out addresses or loses what goes by."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import pytest

from tests.e2e.kit.family import Family
from tests.image.kit import looks
from tests.image.kit.cable import Lossy, Rogue, between
from tests.image.kit.call import under_way
from tests.image.kit.dilation import ours
from tests.image.kit.network import HOST
from tests.image.kit.site import Site
from tests.image.kit.table import Table
from tests.image.kit.vm import Vm, eventually

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(3600)]
ADDRESSED_WITHIN_S: Final = 60.0
LOST: Final = 0.3
LOSS_S: Final = 30.0
BACK_WITHIN_S: Final = 60.0
ASKS_FOR_A_NAME: Final = f"""
import contextlib, socket
with contextlib.suppress(OSError):
    socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x' * 30, ({Rogue.ADDRESS!r}, 53))
"""


def addresses(vm: Vm) -> str:
    return vm.run("ip", "-4", "-o", "address", "show")


@pytest.mark.attack("rogue-network")
def test_whoever_hands_out_addresses_is_asked_nothing_else(running: Vm, site: Site, table: Table) -> None:
    rogue, service = Rogue(), f"tcp {HOST} {site.port}"

    def works() -> bool:
        running.python(ASKS_FOR_A_NAME)
        return eventually(lambda: f"udp {Rogue.ADDRESS} 53" in rogue.heard, ours(5))

    with between(running, rogue):
        running.replug()
        taken = eventually(lambda: Rogue.GIVEN in addresses(running), ours(ADDRESSED_WITHIN_S), 2)
        assert taken, addresses(running)
        assert eventually(lambda: service in rogue.heard, ours(ADDRESSED_WITHIN_S), 2), "the service is asked for"
        assert rogue.heard <= {service, f"icmp {HOST}"}
        assert looks.read(running, "/proc/sys/kernel/hostname") != Rogue.NAME
        table.attack(
            "a stranger hands out addresses, with itself as gateway, name server and time server; root asks it a name",
            "nftables; nothing but an address and a gateway is taken from DHCP", works,
            lambda: running.run("nft", "flush", "ruleset"), "the service alone is asked for, by the stranger's way",
        )  # fmt: skip
    running.replug()
    back = eventually(lambda: Rogue.GIVEN not in addresses(running), ours(ADDRESSED_WITHIN_S), 2)
    assert back, addresses(running)


@pytest.mark.attack("link-loss")
async def test_a_call_outlives_a_line_that_loses_three_in_ten(
    thaw: Callable[[], AbstractContextManager[Vm]], site: Site, people: Family, table: Table
) -> None:
    lossy = Lossy(LOST)
    with thaw() as vm:
        call = await under_way(vm, site, people)
        with between(vm, lossy):
            await asyncio.sleep(ours(LOSS_S))
        assert lossy.lost > 0
        await call.is_live(0, BACK_WITHIN_S)
        await call.is_seen(BACK_WITHIN_S)
        await call.goes_on(5)
        table.seen(
            f"{LOST:.0%} of all frames lost for {LOSS_S:.0f} s in a call: {lossy.lost}", "states of the session",
            "the call is live afterwards", "-",
        )  # fmt: skip
