"""The gate: devices open after their record, shut without waiting for it, and a shell that keeps them is killed."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from contract.words import Purpose
from kiosk.errors import Unavailable
from kiosk.ipc import Alive, CheckYourself, Connect, Disconnect, ToShell
from kiosk.lockdown.device_gate import DeviceGate, Outside
from kiosk.lockdown.holders import Holder
from kiosk.policy.numbers import Numbers
from tests.fakes.eventually import eventually


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


class Nodes:
    """The devices as the operating system has them; `held` is who keeps one open, and lets go when killed."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.held: tuple[Holder, ...] = ()
        self.fails = False

    def _do(self, what: str) -> None:
        self.done.append(what)
        if self.fails:
            raise OSError(28, "No space left on device")

    def grant(self) -> None:
        self._do("grant")

    def withdraw(self) -> None:
        self._do("withdraw")

    def holders(self) -> tuple[Holder, ...]:
        return self.held

    def end_holders(self) -> tuple[Holder, ...]:
        ended, self.held = self.held, ()
        return ended


HOLDER = Holder(7, 990, "spy")


class Bench:
    """The gate with its surroundings."""

    def __init__(self) -> None:
        self.trail, self.sent, self.killed = SlowTrail(), list[ToShell](), asyncio.Event()
        numbers = Numbers(shut_within=timedelta(milliseconds=20))
        self.failed: list[Connect] = []
        self.nodes = Nodes()
        self.not_checked = 0
        outside = Outside(self._send, self.killed.set, self.failed.append, self._not_checked)
        self.gate = DeviceGate(numbers, self.trail, outside, self.nodes)

    def _not_checked(self) -> None:
        self.not_checked += 1

    def _send(self, message: ToShell) -> None:
        self.sent.append(message)
        self.nodes.done.append(message.type)

    async def settles(self) -> None:
        """Wait until the trail says that all is shut."""
        await eventually(lambda: self.trail.events[-1] == "devices_shut", 5, "shut")

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


@pytest.mark.attack("devices-outside-a-call")
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


@pytest.mark.attack("devices-outside-a-call")
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


async def test_devices_are_handed_out_after_the_record_and_before_the_shell_is_told(bench: Bench) -> None:
    bench.gate.send(connect())
    assert bench.nodes.done == []
    await bench.opens()
    assert bench.nodes.done == ["grant", "connect"]


async def test_devices_are_taken_away_when_the_shell_is_told_and_not_when_it_answers(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(Disconnect())
    assert bench.nodes.done[2:] == ["disconnect", "withdraw"]


async def test_a_session_that_follows_an_ending_at_once_has_its_devices_back(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(Disconnect())
    bench.gate.send(connect("session-2"))
    assert bench.nodes.done[-2:] == ["grant", "connect"]


async def test_a_preview_is_handed_nothing(bench: Bench) -> None:
    bench.trail.may_write.set()
    bench.gate.send(connect(purpose=Purpose.PREVIEW))
    await bench.gate.close()
    assert bench.nodes.done == ["connect"]


async def test_devices_are_not_shut_while_anybody_has_them_open_whatever_the_shell_says(bench: Bench) -> None:
    await bench.opens()
    bench.nodes.held = (HOLDER,)
    bench.gate.send(Disconnect())
    bench.gate.devices_shut()
    assert bench.trail.events == ["devices_opened"]
    await bench.settles()
    assert bench.trail.events == ["devices_opened", "device_holder_killed", "devices_shut"]
    assert not bench.killed.is_set()  # the shell had answered; who kept one was ended by its number


async def test_a_shell_that_ends_leaves_nothing_open(bench: Bench) -> None:
    await bench.opens()
    bench.nodes.held = (HOLDER,)
    bench.gate.shell_gone()
    assert bench.nodes.done[-1] == "withdraw"
    await bench.settles()
    assert "device_holder_killed" in bench.trail.events


async def test_a_shell_that_is_gone_owes_no_answer_and_the_next_one_is_not_killed_for_it(bench: Bench) -> None:
    """Its measures are lost with it, so the call hangs up once more while the sound server still lets go."""
    await bench.opens()
    bench.nodes.held = (HOLDER,)
    bench.gate.shell_gone()
    bench.gate.send(Disconnect())
    bench.gate.shell_came()
    await bench.settles()
    assert not bench.killed.is_set()


async def test_a_guard_that_starts_and_one_that_stops_shut_everything_at_once(bench: Bench) -> None:
    bench.nodes.held = (HOLDER,)
    bench.gate.open()
    assert bench.nodes.done == ["withdraw"]
    assert not bench.nodes.holders()
    bench.nodes.held = (HOLDER,)
    bench.gate.shut_all()
    assert not bench.nodes.holders()


async def test_outside_a_call_whoever_has_a_device_is_ended_and_in_one_nobody_is(bench: Bench) -> None:
    await bench.opens()
    bench.nodes.held = (HOLDER,)
    bench.gate.look()
    assert bench.nodes.held == (HOLDER,)
    bench.gate.send(Disconnect())
    bench.gate.devices_shut()
    await bench.settles()
    bench.nodes.held = (HOLDER,)
    bench.gate.look()
    await eventually(lambda: bench.trail.events[-1] == "device_holder_killed", 5.0, "killed")


async def test_what_the_machine_refuses_to_hand_out_stays_shut_and_is_said(bench: Bench) -> None:
    bench.nodes.fails = True
    await bench.opens()
    assert bench.failed == [connect()]
    assert bench.sent == []
    bench.gate.shell_gone()
    assert bench.trail.events[-1] == "devices_shut"


async def test_what_the_machine_refuses_to_take_away_holds_up_no_ending(bench: Bench) -> None:
    await bench.opens()
    bench.nodes.fails = True
    bench.gate.send(Disconnect())
    assert bench.sent[-1] == Disconnect()
    assert bench.trail.events[-1] == "devices_not_withdrawn"


CHECK = CheckYourself(check="session-7", devices=True, synthetic=False)


async def checks(bench: Bench) -> None:
    """The laptop checks itself, and has its devices."""
    bench.trail.may_write.set()
    bench.gate.send(CHECK)
    await bench.gate.close()


@pytest.mark.attack("devices-outside-a-call")
async def test_a_self_check_has_devices_for_its_moment_and_that_is_recorded_first(bench: Bench) -> None:
    bench.gate.send(CHECK)
    await asyncio.sleep(0)
    assert bench.nodes.done == []
    await checks(bench)
    assert bench.trail.events == ["self_check_opened"]
    assert bench.nodes.done == ["grant", "check_yourself"]
    bench.gate.send(Disconnect())
    bench.gate.devices_shut()
    assert bench.trail.events == ["self_check_opened", "self_check_shut"]
    assert bench.nodes.done[-1] == "withdraw"
    assert not bench.killed.is_set()


async def test_a_self_check_without_devices_opens_none(bench: Bench) -> None:
    bench.gate.send(CHECK.model_copy(update={"devices": False}))
    assert bench.trail.events == []
    assert bench.nodes.done == ["check_yourself"]


async def test_a_self_check_that_cannot_be_recorded_opens_nothing(bench: Bench) -> None:
    bench.trail.full = True
    await checks(bench)
    assert (bench.sent, bench.not_checked) == ([], 1)


async def test_a_self_check_that_was_stopped_before_its_record_opens_nothing(bench: Bench) -> None:
    bench.gate.send(CHECK)
    bench.gate.send(Disconnect())
    bench.trail.may_write.set()
    await bench.gate.close()
    assert bench.sent == [Disconnect()]
    assert bench.trail.events == ["self_check_opened", "self_check_shut"]


@pytest.mark.attack("devices-outside-a-call")
async def test_there_is_no_self_check_beside_a_call(bench: Bench) -> None:
    await bench.opens()
    bench.gate.send(CHECK)
    assert bench.not_checked == 1
    assert CHECK not in bench.sent
    assert bench.trail.events == ["devices_opened"]


async def test_a_machine_that_hands_nothing_out_makes_no_self_check(bench: Bench) -> None:
    bench.nodes.fails = True
    await checks(bench)
    assert bench.not_checked == 1
    assert CHECK not in bench.sent


async def test_an_officer_who_goes_on_to_the_preview_ends_it_and_the_shell_lives(bench: Bench) -> None:
    await checks(bench)
    bench.gate.send(Disconnect())
    bench.gate.send(connect(purpose=Purpose.PREVIEW))
    bench.gate.devices_shut()
    await bench.gate.close()
    assert bench.trail.events == ["self_check_opened", "self_check_shut", "preview_opened"]
    await asyncio.sleep(0.05)
    assert not bench.killed.is_set()


@pytest.mark.attack("devices-outside-a-call")
async def test_a_shell_that_keeps_its_devices_after_a_self_check_is_killed(bench: Bench) -> None:
    await checks(bench)
    bench.gate.send(Disconnect())
    await asyncio.wait_for(bench.killed.wait(), 5)


async def test_a_call_takes_over_from_a_self_check_that_is_being_shut(bench: Bench) -> None:
    await checks(bench)
    bench.gate.send(Disconnect())
    bench.gate.send(connect())
    await bench.gate.close()
    assert bench.trail.events == ["self_check_opened", "devices_opened", "self_check_shut"]
    assert bench.sent[-1] == connect()
