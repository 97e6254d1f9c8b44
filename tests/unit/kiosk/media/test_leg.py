"""A leg leaves nothing running behind whoever stops waiting for it."""

import asyncio

import pytest

from contract.words import Purpose
from kiosk.media.leg import Leg
from kiosk.media.relay import RelayChoice
from kiosk.media.request import SessionRequest

REQUEST = SessionRequest("session-1", "b1", "page-0001", Purpose.PREVIEW, synthetic=True)


async def test_a_wait_for_a_connection_that_is_given_up_leaves_no_task() -> None:
    leg = Leg(REQUEST.session, 0, REQUEST, RelayChoice(), lambda _track, _leg: None)
    leg.peer.only_receive("video")
    waiting = asyncio.create_task(leg.settled())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await leg.peer.close()
    assert asyncio.all_tasks() == {asyncio.current_task()}
