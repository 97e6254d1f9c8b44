"""What goes wrong in a call and is nobody's doing: it goes on, or comes back, and nobody is thrown out."""

import os
import signal

import pytest

from tests.e2e.call.stage import call_under_way, is_gone, is_seen
from tests.e2e.kit.family import Family
from tests.e2e.kit.house import House
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import another_colour, colour_on
from tests.e2e.kit.proxy import Cable
from tests.e2e.kit.screen import Screen
from tests.e2e.kit.standstill import STALL_S
from tests.fakes.eventually import eventually, holds_for, within


async def moves(screen: Screen) -> None:
    """Wait until the family's picture has changed: it is alive, not a last frame."""
    before = await eventually(lambda: colour_on(screen), 20, "the family's picture on the screen")
    await eventually(lambda: another_colour(screen, before), 20, "the family's picture moves")


async def stays(screen: Screen, seconds: float, when: str) -> None:
    """The family's picture is on the screen for so long, but for what a machine that stands still takes."""
    await holds_for(lambda: colour_on(screen) is not None, seconds, f"the picture stays {when}", STALL_S)


def went_on(house: House) -> bool:
    """Whether the call was connected once and never anew: devices are opened for each session, and for nothing else."""
    return house.recorded("devices_opened") == 1


async def test_the_family_reloads_and_is_back_in_the_same_call(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen)
    await people.page.reload()
    await people.is_at("call")
    await is_seen(screen)
    await moves(screen)
    assert house.outcome(booked) is None


@pytest.mark.attack("link-cut")
async def test_the_laptops_line_to_the_service_drops_for_5_s_and_the_call_goes_on(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await house.book()
    await house.start_service()
    async with Cable.to(house.laptop_url) as cable:
        await house.start_laptop(cable.url)
        await people.opens(house.url + booked.link)
        await admits(screen, people)
        await is_seen(screen)
        cable.pull()
        await stays(screen, 5, "while the line is down")
        cable.plug_in()
        await stays(screen, 5, "when the line is back")
        await moves(screen)
        assert went_on(house)
        await screen.press("End")
        assert (await house.ended(booked, 30))[0] == "TERMINATED_BY_STAFF"


@pytest.mark.attack("link-cut")
async def test_8_s_of_silence_on_the_laptops_line_are_noticed_and_the_call_goes_on(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await house.book()
    await house.start_service()
    async with Cable.to(house.laptop_url) as cable:
        await house.start_laptop(cable.url)
        await people.opens(house.url + booked.link)
        await admits(screen, people)
        await is_seen(screen)
        cable.freeze()
        await stays(screen, 8, "while the line is silent")
        await eventually(lambda: "laptop 1 is gone" in house.service_says(), 20, "the silence is noticed")
        cable.plug_in()
        await eventually(lambda: "laptop 1 goes on" in house.service_says(), 20, "the line is back")
        await moves(screen)
        assert went_on(house)
        await screen.press("End")
        assert (await house.ended(booked, 30))[0] == "TERMINATED_BY_STAFF"


async def test_an_ending_while_the_line_is_down_is_told_when_it_is_back(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await house.book()
    await house.start_service()
    async with Cable.to(house.laptop_url) as cable:
        await house.start_laptop(cable.url)
        await people.opens(house.url + booked.link)
        await admits(screen, people)
        await is_seen(screen)
        cable.pull()
        await screen.press("End")
        await is_gone(screen)
        assert house.outcome(booked) is None
        cable.plug_in()
        assert (await house.ended(booked, 60))[0] == "TERMINATED_BY_STAFF"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["asked to", "killed"])
async def test_the_service_restarts_in_a_call_and_the_call_goes_on(
    house: House, people: Family, screen: Screen, how: signal.Signals
) -> None:
    booked = await call_under_way(house, people, screen)
    assert house.service is not None
    os.kill(house.service.pid, how)
    await within(20, house.service.wait())
    await house.start_service()
    await stays(screen, 6, "when the service is back")
    await moves(screen)
    assert went_on(house)
    await screen.press("End")
    assert (await house.ended(booked, 60))[0] == "TERMINATED_BY_STAFF"
    await people.is_at("goodbye")


async def test_a_second_browser_on_the_link_is_refused_with_words(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen)
    second = await people.new_browser_at(house.url + booked.link)
    await second.get_by_text("This call is open on another device.").locator("visible=true").first.wait_for()
    await moves(screen)
    await people.is_at("call")
    await second.context.close()


@pytest.mark.attack("kill-shell")
async def test_a_killed_shell_is_started_again_and_the_call_resumes(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await call_under_way(house, people, screen)
    assert house.guard is not None
    (shell,) = house.guard.children
    os.kill(shell, signal.SIGKILL)
    await is_gone(screen)
    await is_seen(screen)
    await moves(screen)
    assert house.guard.children != [shell]
    assert house.outcome(booked) is None


@pytest.mark.attack("kill-shell")
async def test_a_hung_shell_is_killed_and_the_call_resumes(house: House, people: Family, screen: Screen) -> None:
    await call_under_way(house, people, screen)
    assert house.guard is not None
    (shell,) = house.guard.children
    os.kill(shell, signal.SIGSTOP)
    guard = house.guard
    await eventually(lambda: guard.children not in ([], [shell]), 40, "another shell")
    await is_seen(screen)
    await moves(screen)


@pytest.mark.attack("kill-guard")
async def test_a_dead_guard_shuts_the_devices_and_says_so(house: House, people: Family, screen: Screen) -> None:
    await call_under_way(house, people, screen)
    assert house.guard is not None
    os.kill(house.guard.pid, signal.SIGKILL)
    await is_gone(screen, within_s=6)
    await people.reads("The prison's connection dropped")
