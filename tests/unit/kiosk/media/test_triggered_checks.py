"""Two real ICE connections, of which one does not get the other's first question."""

import asyncio
from collections.abc import Callable
from typing import Any

import aioice
import pytest
from aioice import stun

from kiosk.media.loopback import allow_loopback_when_alone
from kiosk.media.triggered_checks import ask_again_when_asked

allow_loopback_when_alone()


async def connected(monkeypatch: pytest.MonkeyPatch, *, hears: Callable[[int], bool]) -> int:
    """Join; `hears` says which of the first side's questions the second hears. How many came."""
    one, other = aioice.Connection(ice_controlling=True), aioice.Connection(ice_controlling=False)
    came = 0
    hear = other.request_received

    def sometimes(message: stun.Message, addr: tuple[str, int], protocol: Any, *more: Any) -> None:
        nonlocal came
        came += 1
        if hears(came):
            hear(message, addr, protocol, *more)

    monkeypatch.setattr(other, "request_received", sometimes)
    for each in (one, other):
        await each.gather_candidates()
    for here, there in ((one, other), (other, one)):
        for candidate in there.local_candidates:
            await here.add_remote_candidate(candidate)
        await here.add_remote_candidate(None)
        here.remote_username, here.remote_password = there.local_username, there.local_password
    try:
        await asyncio.gather(one.connect(), other.connect())
        return came
    finally:
        await one.close()
        await other.close()


async def test_a_question_that_got_lost_is_asked_again_when_the_other_side_asks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(stun, "RETRY_RTO", 3600.0)  # it is not asked again for any other reason
    ask_again_when_asked()
    async with asyncio.timeout(10):
        came = await connected(monkeypatch, hears=lambda number: number > 1)
    assert came == 2


async def test_a_question_that_is_answered_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ask_again_when_asked()
    async with asyncio.timeout(10):
        came = await connected(monkeypatch, hears=lambda _number: True)
    assert came <= 2
