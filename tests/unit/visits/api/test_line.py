"""One WebSocket: limits on what comes in, a queue for what goes out, and every way it can end."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
from starlette.types import Message

from contract.refusals import RefusalCode, refusal
from contract.visitor_link import FROM_VISITOR, Leave, Ready
from tests.fakes.asgi_socket import AsgiSocket
from tests.fakes.visits import FakeServiceClock
from visits import errors
from visits.api.line import MOST_UNSENT, Line

A_WHILE = timedelta(seconds=30)
NO_TIME = timedelta(0)
OVER = refusal(RefusalCode.BOOKING_OVER)


async def line_on(socket: AsgiSocket) -> Line[Any]:
    return Line(await socket.accepted(), FROM_VISITOR, FakeServiceClock())


def said(socket: AsgiSocket) -> list[dict[str, Any]]:
    return [json.loads(message["text"]) for message in socket.sent if message["type"] == "websocket.send"]


def close_codes(socket: AsgiSocket) -> list[int]:
    return [message["code"] for message in socket.sent if message["type"] == "websocket.close"]


async def nobody_hears(_: object) -> None:
    raise AssertionError("nothing should be heard")


async def test_messages_are_heard_in_order_until_the_client_is_lost() -> None:
    socket, heard = AsgiSocket(), []
    line = await line_on(socket)

    async def hear(message: Leave | Ready) -> None:
        heard.append(message.type)

    socket.arrives('{"type":"ready","camera":true,"microphone":true}')
    socket.arrives('{"type":"leave"}')
    socket.is_lost()
    await line.converse(hear, A_WHILE)
    assert heard == ["ready", "leave"]
    assert socket.sent[1:] == []


async def test_what_is_said_before_hanging_up_still_arrives() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)
    line.say(Leave())
    line.hang_up(OVER)
    line.hang_up()
    line.say(Leave())
    await line.converse(nobody_hears, A_WHILE)
    assert [message["type"] for message in said(socket)] == ["leave", "refused"]
    assert close_codes(socket) == [1008]


async def test_hanging_up_without_a_refusal_is_a_normal_close() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)
    line.hang_up()
    await line.converse(nobody_hears, A_WHILE)
    assert close_codes(socket) == [1000]


async def test_a_client_that_says_nothing_is_sent_away() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)
    await line.converse(nobody_hears, NO_TIME)
    assert [message["code"] for message in said(socket)] == [RefusalCode.OUT_OF_ORDER]
    assert close_codes(socket) == [1008]


async def test_a_refusal_that_is_not_the_end_costs_no_connection() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)

    async def hear(_: object) -> None:
        raise errors.Refused(RefusalCode.NOBODY_THERE)

    socket.arrives('{"type":"leave"}')
    socket.arrives('{"type":"leave"}')
    socket.arrives("the end")
    await line.converse(hear, A_WHILE)
    assert [message["code"] for message in said(socket)] == ["nobody_there", "nobody_there", "malformed"]


async def test_a_store_that_does_not_answer_is_said_in_words() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)

    async def hear(_: object) -> None:
        raise errors.Unavailable("the disk is gone")

    socket.arrives('{"type":"leave"}')
    await line.converse(hear, A_WHILE)
    assert [message["code"] for message in said(socket)] == [RefusalCode.UNAVAILABLE]


async def test_our_own_bug_ends_the_connection_and_is_not_hidden() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)

    async def hear(_: object) -> None:
        raise ZeroDivisionError

    socket.arrives('{"type":"leave"}')
    with pytest.raises(ZeroDivisionError):
        await line.converse(hear, A_WHILE)


async def test_a_client_that_does_not_read_is_cut_off_and_holds_nobody_up() -> None:
    socket, is_heard = AsgiSocket(), asyncio.Event()
    line = await line_on(socket)
    socket.reads.clear()

    async def hear(_: object) -> None:
        is_heard.set()

    socket.arrives('{"type":"leave"}')
    talking = asyncio.create_task(line.converse(hear, A_WHILE))
    await is_heard.wait()
    for _ in range(MOST_UNSENT + 2):
        line.say(Leave())
    await talking
    assert said(socket) == []


async def test_a_cancelled_conversation_leaves_no_task_behind() -> None:
    socket = AsgiSocket()
    line = await line_on(socket)
    talking = asyncio.create_task(line.converse(nobody_hears, A_WHILE))
    await asyncio.sleep(0)
    talking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await talking
    assert {task.get_name() for task in asyncio.all_tasks()} & {"line-reader", "line-writer"} == set()


async def test_a_line_that_the_network_has_closed_already_is_lost_and_no_more() -> None:
    """uvicorn (0.54) says so where no pong came, in words of its own."""

    class Closed(AsgiSocket):
        async def _send(self, message: Message) -> None:
            if message["type"] == "websocket.send":
                self.is_lost()
                raise RuntimeError("Unexpected ASGI message 'websocket.send', after sending 'websocket.close'.")
            await super()._send(message)

    socket = Closed()
    line = await line_on(socket)
    line.say(Leave())
    await line.converse(nobody_hears, A_WHILE)
    assert said(socket) == []
