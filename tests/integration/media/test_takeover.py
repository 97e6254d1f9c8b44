"""A laptop in a call moves from one link to another: the call goes by the new one, as the same call."""

import time
from pathlib import Path

import pytest

from tests.integration.media.links import CABLE, MAY_HAVE_ONE, WIFI
from tests.integration.media.moving import Call, call_under_way

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MAY_HAVE_ONE, reason="this machine allows no network namespaces"),
]


async def test_a(tmp_path: Path) -> None:
    async with call_under_way(tmp_path) as call:
        print(call.guard.all(type(call.guard.heard[0])))
        import datetime

        print(datetime.datetime.now())
        t = time.monotonic()
        call.links.up(CABLE)
        await took(call, t, 1)
        print(datetime.datetime.now())
        t = time.monotonic()
        call.links.down(CABLE)
        await took(call, t, 2)
        t = time.monotonic()
        call.links.down(WIFI)
        call.links.up(CABLE)
        await took(call, t, 3)
    print((tmp_path / "shell.log").read_text())


async def took(call: Call, since: float, n: int) -> None:
    from kiosk.ipc import SessionJoined

    from tests.fakes.eventually import eventually

    await eventually(lambda: len(call.guard.all(SessionJoined)) > n, 15, call.shell.log[-9000:])
    t = time.monotonic() - since
    await call.flows()
    print(
        "TOOK",
        n,
        round(t, 2),
        call.guard.all(SessionJoined)[-1].steps,
        {k: round(call.page.longest_gap_s(k, since), 2) for k in ("audio", "video")},
        call.renewals,
        call.failures,
    )
