"""Two real ICE connections, of which one does not get the other's first question."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import aioice.ice
import pytest
from aioice import stun

from kiosk.media.triggered_checks import ask_again_when_asked


async def connected(monkeypatch: pytest.MonkeyPatch, *, hears: Callable[[int], bool]) -> int:
    """Join; `hears` says which of the first side's questions the second hears. How many came."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda **_: ["127.0.0.1"])  # one way between them
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


class Port:
    """What is sent from it, and the questions that are open."""

    def __init__(self, *questions: stun.Transaction) -> None:
        self.local_candidate = aioice.Candidate("1", 1, "udp", 1, "192.0.2.1", 5000, "host")
        self.transactions = dict(enumerate(questions))
        self.sent: list[tuple[str, int]] = []

    def send_stun(self, _message: stun.Message, addr: tuple[str, int]) -> None:
        self.sent.append(addr)


HERE, ELSEWHERE = ("192.0.2.7", 1), ("192.0.2.7", 2)


def question(to: tuple[str, int], *, answered: bool = False) -> stun.Transaction:
    asked = stun.Transaction(stun.Message(stun.Method.BINDING, stun.Class.REQUEST), to, Port())
    if answered:
        asked.response_received(stun.Message(stun.Method.BINDING, stun.Class.RESPONSE), to)
    return asked


@pytest.mark.parametrize(("to", "answered", "sent"), [(HERE, False, [HERE]), (HERE, True, []), (ELSEWHERE, False, [])])
async def test_only_an_open_question_of_who_asks_is_asked_again(
    to: tuple[str, int], answered: bool, sent: list[tuple[str, int]]
) -> None:
    ask_again_when_asked()
    port = Port(question(to, answered=answered))
    connection = aioice.Connection(ice_controlling=True)
    connection.remote_username, connection.remote_password = "user", "p" * 22
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    check.attributes["PRIORITY"] = 1
    connection.check_incoming(check, HERE, cast(aioice.ice.StunProtocol, port))
    assert port.sent == sent
    await connection.close()
