"""A laptop in a call moves from one link to another, in the running product: the same call goes on by the new one."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.integration.media.links import CABLE, MAY_HAVE_ONE, WIFI, Link, Links
from tests.integration.media.moving import Call, call_under_way

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MAY_HAVE_ONE, reason="this machine allows no network namespaces"),
]

Move = Callable[[Links], Awaitable[None]]

log = logging.getLogger(__name__)  # `--log-cli-level=INFO` shows how long each move took
MOST_S = 10.0  # on a machine that does much else; docs/decisions/029 says what was measured


async def plugged_in(links: Links) -> None:
    """A cable, while the wireless network still works: the kernel goes by the cable from then on."""
    await links.up(CABLE)


async def unplugged(links: Links) -> None:
    """The cable is pulled, and the wireless network is still there."""
    links.down(CABLE)


async def carried_off(links: Links) -> None:
    """The wireless network is out of reach, and then there is a cable."""
    links.down(WIFI)
    await links.up(CABLE)


MOVES = ((plugged_in, CABLE), (unplugged, WIFI), (carried_off, CABLE))


@pytest.mark.parametrize(("relayed", "moves"), [(True, MOVES), (False, MOVES[-1:])], ids=["by the relay", "directly"])
async def test_a_call_goes_on_by_each_link_that_the_laptop_comes_to(
    tmp_path: Path, relayed: bool, moves: tuple[tuple[Move, Link], ...]
) -> None:
    async with call_under_way(tmp_path, relayed=relayed) as call:
        for number, (move, onto) in enumerate(moves, 1):
            took = await call.moves(move)
            log.info("%s: %s", move.__name__, took.as_ms())
            assert max(took.here_s, took.sound_there_s, took.picture_there_s) < MOST_S
            await went_over(call, number, onto)


async def went_over(call: Call, number: int, onto: Link) -> None:
    """Another connection has taken over from the one before, which is let go of; no session was begun or has failed."""
    assert len(call.renewals) >= number
    names = [call.first, *(each.renewed for each in call.renewals)]
    assert [each.session for each in call.renewals] == names[:-1]
    assert call.received.session in names[1:]
    assert call.failures == []
    await call.has_one_connection(onto.laptop)
