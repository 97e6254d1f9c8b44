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
from tests.fakes.eventually import eventually, holds_for, within


async def moves(screen: Screen) -> None:
    """Wait until the family's picture has changed: it is alive, not a last frame."""
    before = colour_on(screen)
    assert before is not None
    await eventually(lambda: another_colour(screen, before), 5, "the family's picture moves")


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
        await holds_for(lambda: colour_on(screen) is not None, 5, "the picture stays on the screen")
        cable.plug_in()
        await holds_for(lambda: colour_on(screen) is not None, 5, "the picture stays when the line is back")
        await moves(screen)
        await screen.press("End")
        assert (await house.ended(booked, 10))[0] == "TERMINATED_BY_STAFF"


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
        await holds_for(lambda: colour_on(screen) is not None, 8, "the picture stays on the screen")
        assert "laptop 1 is gone" in house.service_says()
        cable.plug_in()
        await eventually(lambda: "laptop 1 goes on" in house.service_says(), 20, "the line is back")
        await moves(screen)
        await screen.press("End")
        assert (await house.ended(booked, 10))[0] == "TERMINATED_BY_STAFF"


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
        await is_gone(screen, within_s=2)
        assert house.outcome(booked) is None
        cable.plug_in()
        assert (await house.ended(booked, 10))[0] == "TERMINATED_BY_STAFF"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["asked to", "killed"])
async def test_the_service_restarts_in_a_call_and_the_call_goes_on(
    house: House, people: Family, screen: Screen, how: signal.Signals
) -> None:
    booked = await call_under_way(house, people, screen)
    assert house.service is not None
    os.kill(house.service.pid, how)
    await within(5, house.service.wait())
    await house.start_service()
    await holds_for(lambda: colour_on(screen) is not None, 6, "the picture stays on the screen")
    await moves(screen)
    await screen.press("End")
    assert (await house.ended(booked, 10))[0] == "TERMINATED_BY_STAFF"
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
    await is_seen(screen, within_s=30)
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
    await eventually(lambda: guard.children not in ([], [shell]), 20, "another shell")
    await is_seen(screen, within_s=30)
    await moves(screen)


@pytest.mark.attack("kill-guard")
async def test_a_dead_guard_shuts_the_devices_and_says_so(house: House, people: Family, screen: Screen) -> None:
    await call_under_way(house, people, screen)
    assert house.guard is not None
    os.kill(house.guard.pid, signal.SIGKILL)
    await is_gone(screen, within_s=6)
    await people.reads("The prison's connection dropped")
