"""Every process killed or hung in every state: END takes less than a second, and what comes back is the same call."""

import asyncio
import itertools

import pytest

from tests.e2e.chaos.scene import STATES, TABLE, WITHIN_S, WITHOUT_VISITOR, Scene
from tests.e2e.kit.standstill import STALL_S, witnessed
from tests.fakes.eventually import eventually, holds_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(150)]

OTHERS = [
    (state, target, fault)
    for state, target, fault in itertools.product(STATES, ("shell", "service", "visitor"), ("killed", "hung"))
    if not (target == "visitor" and state in WITHOUT_VISITOR)
]
OTHERS += [("live", target, "stopped") for target in ("shell", "service", "visitor")]


async def ending(scene: Scene) -> tuple[int, int]:
    """From the asking to the last device shut, by the trail's own clock; where none was open, to the state's end."""
    asked = await scene.records("end_asked")
    await scene.comes_to("ended", 1)
    ended = [r for r in scene.trail() if r["event"] == "call_state" and r["data"]["to"] == "ended"]
    opened = [record for record in scene.trail() if record["event"] == "devices_opened"]
    last = await scene.records("devices_shut", len(opened)) if opened else ended[-1]
    return int(asked["mono_ns"]), max(int(ended[-1]["mono_ns"]), int(last["mono_ns"]))


@pytest.mark.attack("kill-shell")
@pytest.mark.attack("end-always")
@pytest.mark.parametrize(("state", "target", "fault"), OTHERS)
async def test_end_works_whatever_else_is_broken(scene: Scene, state: str, target: str, fault: str) -> None:
    await scene.is_in(state)
    await scene.suffers(target, fault)
    with witnessed() as stood:
        said = await scene.house.kiosk("end", "--runtime", str(scene.house.runtime))
        assert said == "Ended.\n"
        asked, shut = await ending(scene)
    took_ms = max(0, shut - asked - stood.between_ns(asked, shut)) // 1_000_000  # the machine's own standstill left out
    outcome = (await scene.records("outcome"))["data"]["outcome"]
    TABLE.append(f"{state} | {target} {fault} | {took_ms} ms | {outcome}")
    assert took_ms <= 1000
    assert outcome == "TERMINATED_BY_STAFF"


@pytest.mark.attack("kill-guard")
@pytest.mark.parametrize(("state", "fault"), [*((state, "killed") for state in STATES), ("live", "stopped")])
async def test_a_guard_that_ended_comes_back_to_the_call(scene: Scene, state: str, fault: str) -> None:
    await scene.is_in(state)
    lives = await scene.lives() if state == "live" else 0
    await scene.suffers("guard", fault)
    assert scene.house.guard is not None
    await scene.house.guard.wait()
    await scene.house.start_laptop()
    await scene.records("call_recovered")
    if state == "live":
        await scene.comes_to("live", lives + 1)  # the journal has it so from before
    await scene.has_state(state)
    TABLE.append(f"{state} | guard {fault} | - | back in {scene.call()['state']}")


@pytest.mark.attack("kill-guard")
async def test_a_hung_guard_costs_the_devices_and_a_guard_that_moves_again_goes_on(scene: Scene) -> None:
    await scene.is_in("live")
    lives = await scene.lives()
    await scene.suffers("guard", "hung")
    await asyncio.sleep(4)  # longer than the shell's patience of 3 s; nothing can be asked meanwhile
    scene.goes_on()
    await scene.comes_to("live", lives + 1)
    await scene.has_state("live")
    lost = scene.call()["fair"]
    assert [held for _at, held in lost["changes"] if not held["talking"]] or lost["settled"]["lost_ms"]
    TABLE.append("live | guard hung 4 s | - | back in live")


@pytest.mark.attack("kill-guard")
@pytest.mark.attack("end-always")
@pytest.mark.parametrize("hung_s", [0.0, 4.0])
async def test_an_end_that_a_hung_guard_could_not_hear_is_said_to_it_as_soon_as_it_can(
    scene: Scene, hung_s: float
) -> None:
    await scene.is_in("live")
    await scene.suffers("guard", "hung")
    await asyncio.sleep(hung_s)  # longer than the shell's patience of 3 s: there is no line to the guard any more
    await scene.press("End")
    await asyncio.sleep(4)  # nothing can be asked meanwhile
    scene.goes_on()
    await scene.comes_to("ended", 1)
    assert (await scene.records("outcome"))["data"]["outcome"] == "TERMINATED_BY_STAFF"
    TABLE.append(f"live | END when the guard had hung {hung_s:.0f} s | - | ended once it moved")


@pytest.mark.attack("kill-shell")
@pytest.mark.parametrize("target", ["shell", "service", "visitor"])
async def test_what_was_killed_in_a_live_call_comes_back_to_it(scene: Scene, target: str) -> None:
    await scene.is_in("live")
    lives, greeted = await scene.lives(), scene.house.service_says().count("is connected")
    await scene.suffers(target, "killed")
    if target == "service":
        assert scene.house.service is not None
        await scene.house.service.wait()
        await scene.house.start_service()
        await eventually(
            lambda: scene.house.service_says().count("is connected") > greeted,
            WITHIN_S,
            lambda: f"back; {scene.story()}",
        )
    if target == "visitor":
        assert scene.visitor is not None
        await scene.visitor.wait()
        await scene.has_state("interrupted")  # and stays in it until the family is back
        await asyncio.sleep(10.5)  # another device takes a link over only when the first has been gone for ten seconds
        await scene.visitor_comes()
    if target == "service":  # which the call does without
        await holds_for(lambda: scene.call()["state"] == "live", 6, "the call goes on", STALL_S)
    else:
        await scene.comes_to("live", lives + 1)
    await scene.has_state("live")
    TABLE.append(f"live | {target} killed | - | back in live")
