"""The line to the service: refusals in its own words, coming back after a loss, and one page one name."""

import pytest

from contract.refusals import RefusalCode, refusal
from contract.visitor_link import Leave, Phase, Ready, VisitorHello
from tests.e2e.page.browser import Visitor
from tests.fakes.visit_service import VisitService


async def test_a_wrong_link_is_refused_in_words(visitor: Visitor, service: VisitService) -> None:
    answer = await visitor.page.goto(service.url + "-not")
    assert answer is not None
    assert answer.status == 404
    await visitor.reads("This link is not right. Open the link in the message you were sent.")
    visitor.errors.clear()  # Chromium logs every 404


@pytest.mark.parametrize("code", [RefusalCode.LINK_IN_USE, RefusalCode.NOT_VETTED])
async def test_a_claim_that_is_refused_says_the_services_sentence(
    visitor: Visitor, service: VisitService, code: RefusalCode
) -> None:
    service.claim_refused = refusal(code)
    await visitor.open()
    await visitor.reads(service.claim_refused.text)
    can_try_again = await visitor.page.get_by_role("link", name="Try again").is_visible()
    assert can_try_again == (code is RefusalCode.LINK_IN_USE)
    visitor.errors.clear()


async def test_trying_again_opens_the_call_once_the_other_is_gone(visitor: Visitor, service: VisitService) -> None:
    service.claim_refused = refusal(RefusalCode.LINK_IN_USE)
    await visitor.open()
    await visitor.is_at("refused")
    service.claim_refused = None
    await visitor.page.get_by_role("link", name="Try again").click()
    await visitor.is_at("rules")
    visitor.errors.clear()


async def test_a_service_that_is_briefly_unavailable_is_waited_for(visitor: Visitor, service: VisitService) -> None:
    service.claim_refused = refusal(RefusalCode.UNAVAILABLE)
    await visitor.open()
    await visitor.is_at("refused")
    service.claim_refused = None
    await visitor.is_at("rules")
    visitor.errors.clear()


async def test_another_tab_ends_this_one_and_says_so(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    await service.say(refusal(RefusalCode.OPENED_ELSEWHERE))
    await visitor.reads("You opened this call in another tab.")
    service.forget()
    await service.drop()
    assert service.of(VisitorHello) == []


async def test_a_refusal_of_one_message_changes_nothing(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    await service.say(refusal(RefusalCode.NOBODY_THERE))
    await visitor.is_told(Phase.WAITING)
    await visitor.reads("An officer will start your call.")


async def test_the_waiting_room_is_taken_up_again_after_a_lost_line(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    service.forget()
    await service.drop()
    await service.wait_for(VisitorHello)
    await service.wait_for(Ready)
    assert len(set(service.pages)) == 1


@pytest.mark.parametrize("frame", ["", "not json", "null", "[]", '{"no":"type"}', b"{}", b"\xff"])
async def test_a_frame_that_cannot_be_read_ends_that_line_and_the_next_is_taken_up(
    visitor: Visitor, service: VisitService, frame: str | bytes
) -> None:
    await visitor.wait_in_the_room()
    service.forget()
    await service.say_raw(frame)
    await service.wait_for(VisitorHello)
    await service.wait_for(Ready)
    assert service.close_codes == [4007]
    await visitor.is_at("waiting")


async def test_a_long_loss_is_said_in_words(visitor: Visitor) -> None:
    await visitor.wait_in_the_room()
    await visitor.page.context.set_offline(True)
    await visitor.reads("Your internet is off. Turn it on, and stay on this page.")
    await visitor.page.context.set_offline(False)
    await visitor.page.locator("#offline").wait_for(state="hidden")
    visitor.errors.clear()


async def test_closing_the_page_is_not_leaving(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    await visitor.page.goto("about:blank")
    await service.wait_until_empty()
    assert service.of(Leave) == []
