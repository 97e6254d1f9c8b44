"""The page step by step, as a family on a phone meets it."""

import pytest

from contract.visitor_link import Leave, Phase, Ready
from tests.e2e.page.browser import DESK, PHONE, Visitor
from tests.e2e.page.conftest import NewVisitor
from tests.fakes.visit_service import START, VisitService, welcome


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_a_visitor_is_led_from_the_link_to_the_waiting_room(
    new_visitor: NewVisitor, size: tuple[int, int]
) -> None:
    visitor = await new_visitor(size=size)
    await visitor.open()
    await visitor.reads("Video call with Tomos")
    await visitor.reads("2:30pm to 3pm, Friday 22 November")
    await visitor.reads("at HMP Pen-y-Bont")
    await visitor.reads("Starts in 12 minutes")
    await visitor.press("Continue")
    await visitor.press("Turn them on")
    await visitor.reads("We can hear you.")
    await visitor.press("Continue")
    await visitor.reads("You are early")
    await visitor.reads("The call opens at 2:25pm. Stay on this page.")


async def test_ready_is_said_only_after_the_rules_and_the_check(visitor: Visitor, service: VisitService) -> None:
    await visitor.check_devices()
    await visitor.reads("We can hear you.")
    assert service.of(Ready) == []
    await visitor.press("Continue")
    assert await service.wait_for(Ready) == Ready(camera=True, microphone=True)


async def test_recorded_and_watched_are_said_where_it_is_so(visitor: Visitor) -> None:
    await visitor.open()
    await visitor.reads("This call is recorded.")
    await visitor.reads("Staff may watch this call.")


async def test_recorded_and_watched_are_not_said_where_it_is_not_so(visitor: Visitor, service: VisitService) -> None:
    service.welcome = welcome(recorded=False, watched=False)
    await visitor.open()
    await visitor.is_at("rules")
    words = await visitor.step("rules").inner_text()
    assert "recorded" not in words
    assert "watch" not in words


async def test_a_wrong_phone_clock_changes_no_words(visitor: Visitor, service: VisitService) -> None:
    service.welcome = welcome(now=START)
    await visitor.page.add_init_script("const real = Date.now; Date.now = () => real() + 5 * 3600_000;")
    await visitor.open()
    await visitor.reads("Starts now")


async def test_not_joining_says_nothing_to_the_service_and_shuts_nothing_for_good(
    visitor: Visitor, service: VisitService
) -> None:
    await visitor.open()
    await visitor.press("Do not join")
    await visitor.reads("Your call is still booked.")
    await visitor.open()
    await visitor.is_at("rules")
    assert service.of(Leave) == []


async def test_waiting_says_what_is_happening(visitor: Visitor) -> None:
    await visitor.wait_in_the_room()
    for phase, connected, words in (
        (Phase.EARLY, True, "You are early"),
        (Phase.WAITING, False, "The prison's laptop is not connected yet."),
        (Phase.WAITING, True, "You are ready. An officer will start your call."),
        (Phase.CHECKING, True, "They will see you in a moment."),
        (Phase.JOINING, True, "Your time has not started."),
    ):
        await visitor.is_told(phase, prison_connected=connected)
        await visitor.reads(words)


async def test_a_late_start_is_nobodys_fault_here(visitor: Visitor, service: VisitService) -> None:
    service.welcome = welcome(now=START)
    await visitor.wait_in_the_room()
    await visitor.is_told(Phase.WAITING)
    await visitor.reads("It is past 2:30pm, and this is not your fault.")


async def test_the_goodbye_says_the_services_sentence_and_has_nothing_to_press(visitor: Visitor) -> None:
    await visitor.wait_in_the_room()
    await visitor.is_told(Phase.ENDED, talk_ms=12 * 60_000 + 500, why="An officer ended the call.", owed_ms=4 * 60_000)
    await visitor.reads("An officer ended the call.")
    await visitor.reads("You talked for 12 minutes.")
    await visitor.reads("4 minutes are owed to you. The prison has been told.")
    assert await visitor.page.get_by_role("button").locator("visible=true").count() == 0


async def test_after_the_goodbye_the_camera_is_off(visitor: Visitor) -> None:
    await visitor.wait_in_the_room()
    own = await visitor.step("waiting").locator("video").evaluate_handle("video => video.srcObject.getTracks()[0]")
    await visitor.is_told(Phase.ENDED, why="The time was up.")
    await visitor.is_at("goodbye")
    assert await own.evaluate("track => track.readyState") == "ended"
