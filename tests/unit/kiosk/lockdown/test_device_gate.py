"""The gate: devices open after their record, shut without waiting for it, and a shell that keeps them is killed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from contract.words import Purpose
from kiosk.errors import Unavailable
from kiosk.ipc import Alive, Connect, Disconnect, ToShell
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.policy.numbers import Numbers


class SlowTrail:
    """Records when the test says so."""

    def __init__(self) -> None:
        self.events: list[str] = []
        self.may_write = asyncio.Event()
        self.full = False

    def note(self, event: str, data: dict[str, object]) -> None:
        self.events.append(event)

    async def recorded(self, event: str, data: dict[str, object]) -> None:
        await self.may_write.wait()
        if self.full:
            raise Unavailable("The disk is full.")
        self.events.append(event)


def connect(session: str = "session-1", purpose: Purpose = Purpose.CALL) -> Connect:
    return Connect(booking_id="b1", session=session, page="page-0001", purpose=purpose, synthetic=True)


class Bench:
    """The gate with its surroundings."""

    def __init__(self) -> None:
        self.trail, self.sent, self.killed = SlowTrail(), list[ToShell](), asyncio.Event()
        numbers = Numbers(shut_within=timedelta(milliseconds=20))
        self.failed: list[Connect] = []
        self.gate = DeviceGate(numbers, self.trail, Outside(self.sent.append, self.killed.set, self.failed.append))

    async def opens(self) -> None:
        self.trail.may_write.set()
        self.gate.send(connect())
        await self.gate.close()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    bench.trail.may_write.set()
    await bench.gate.close()


async def test_devices_open_only_when_their_record_is_on_the_disk(bench: Bench) -> None:
    bench.gate.send(connect())
    await asyncio.sleep(0)
    assert bench.sent == []
    await bench.opens()
    assert bench.trail.events[0] == "devices_opened"
    assert connect() in bench.sent


async def test_devices_stay_shut_when_nothing_can_be_recorded(bench: Bench) -> None:
    bench.trail.full = True
    await bench.opens()
    assert bench.sent == []
    assert bench.failed == [connect()]


async def test_an_ending_overtakes_what_waits_for_its_record(bench: Bench) -> None:
    bench.gate.send(connect())
    bench.gate.send(Disconnect())
    assert bench.sent == [Disconnect()]
    bench.trail.may_write.set()
    await bench.gate.close()
    assert bench.sent == [Disconnect()]
    assert bench.trail.events == ["devices_opened", "devices_shut"]


async def test_a_preview_is_recorded_as_one_and_opens_no_device(bench: Bench) -> None:
    bench.trail.may_write.set()
    bench.gate.send(connect(purpose=Purpose.PREVIEW))
    await bench.gate.close()
    bench.gate.send(Disconnect())
    assert bench.trail.events == ["preview_opened"]
    assert not bench.killed.is_set()


async def test_another_session_of_the_same_call_is_not_recorded_twice(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(connect("session-2"))
    assert bench.sent == [connect(), connect("session-2")]
    assert bench.trail.events == ["devices_opened"]


async def test_a_shell_that_says_it_has_shut_them_lives(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(Disconnect())
    bench.gate.devices_shut()
    assert bench.trail.events == ["devices_opened", "devices_shut"]
    await bench.gate.close()
    assert not bench.killed.is_set()


async def test_a_shell_that_keeps_them_open_is_killed(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(Disconnect())
    await asyncio.wait_for(bench.killed.wait(), 5)
    bench.gate.shell_gone()
    assert bench.trail.events[-1] == "devices_shut"


async def test_an_answer_to_an_older_wish_shuts_nothing(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(Disconnect())
    bench.gate.send(connect("session-2"))
    bench.gate.devices_shut()
    assert bench.trail.events == ["devices_opened"]
    assert not bench.killed.is_set()


async def test_an_answer_to_the_disconnect_before_is_no_answer_to_this_one(bench: Bench) -> None:
    bench.gate.send(Disconnect())
    await bench.opens()
    bench.gate.send(Disconnect())
    bench.gate.devices_shut()
    assert "devices_shut" not in bench.trail.events
    bench.gate.devices_shut()
    assert bench.trail.events == ["devices_opened", "devices_shut"]


async def test_a_new_shell_owes_no_answers(bench: Bench) -> None:
    bench.gate.send(Disconnect())
    bench.gate.shell_came()
    await bench.opens()
    bench.gate.send(Disconnect())
    bench.gate.devices_shut()
    assert bench.trail.events == ["devices_opened", "devices_shut"]


async def test_a_session_that_overtakes_another_while_the_record_is_made_opens_under_that_record(bench: Bench) -> None:
    bench.gate.send(connect("session-1"))
    bench.gate.send(connect("session-2"))
    bench.trail.may_write.set()
    await bench.gate.close()
    assert bench.sent == [connect("session-2")]
    assert bench.trail.events == ["devices_opened"]


async def test_anything_else_goes_straight_on(bench: Bench) -> None:
    bench.gate.send(Alive())
    assert bench.sent == [Alive()]
