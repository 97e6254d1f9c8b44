"""Every way a call ends, on real processes, with the same reason on both sides and the outcome in the service."""

from contract.sentences import WHY_IT_ENDED
from contract.words import Reason
from tests.e2e.call.stage import call_under_way, in_two_goes, is_gone
from tests.e2e.kit.family import Family
from tests.e2e.kit.house import House
from tests.e2e.kit.officer import ends_in_60_s, is_due, leaves, opens_check
from tests.e2e.kit.screen import Screen


async def test_the_call_ends_at_the_booked_end(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen, duration_s=75)
    outcome, ended_by, talk_ms = await house.ended(booked, 90)
    assert (outcome, ended_by) == ("COMPLETED_NORMALLY", "time")
    assert 1_000 < talk_ms < 75_000  # what was lost before the family was there is not talk, and does not move the end
    await people.is_at("goodbye")
    await people.reads(WHY_IT_ENDED[Reason.TIME_UP])
    await is_gone(screen)


async def test_an_officer_ends_it_with_one_key(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen)
    await screen.press("End")
    await is_gone(screen)
    assert (await house.ended(booked, 30))[:2] == ("TERMINATED_BY_STAFF", "officer")
    await people.reads(WHY_IT_ENDED[Reason.OFFICER_ENDED])


async def test_an_officer_ends_it_in_60_s(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen)
    asked_at: list[float] = []

    async def go(screen: Screen) -> None:
        asked_at.append(house.clock())
        await ends_in_60_s(screen)

    await in_two_goes(house, screen, go, lambda: house.recorded("end_soon"))
    outcome, ended_by, _talk_ms = await house.ended(booked, 90)
    assert (outcome, ended_by) == ("TERMINATED_BY_STAFF", "officer")
    assert 59 < house.clock() - asked_at[-1] < 90


async def test_the_prisoner_leaves_when_asked_once_more(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen)
    await in_two_goes(house, screen, leaves, lambda: house.outcome(booked))
    assert (await house.ended(booked, 30))[:2] == ("PRISONER_COMPLETED_EARLY", "prisoner")
    await people.reads(WHY_IT_ENDED[Reason.PRISONER_LEFT])
    await is_gone(screen)


async def test_the_family_leaves(house: House, people: Family, screen: Screen) -> None:
    booked = await call_under_way(house, people, screen)
    await people.leaves()
    assert (await house.ended(booked, 30))[:2] == ("VISITOR_COMPLETED_EARLY", "visitor")
    await is_gone(screen)


async def test_the_family_never_comes(house: House, screen: Screen) -> None:
    booked = await house.book(duration_s=45)
    await house.start_service()
    await house.start_laptop()
    await opens_check(screen)
    assert (await house.ended(booked, 90))[:2] == ("VISITOR_DID_NOT_ARRIVE", "time")


async def test_nobody_admits_and_the_family_is_not_blamed(house: House, people: Family, screen: Screen) -> None:
    booked = await house.book(duration_s=60)
    await house.start_service()
    await house.start_laptop()
    await people.opens(house.url + booked.link)
    assert (await house.ended(booked, 90))[:2] == ("NOT_RECORDED", "time")
    await people.reads(WHY_IT_ENDED[Reason.NEVER_STARTED])


async def test_an_officer_ends_it_before_anybody_is_there(house: House, screen: Screen) -> None:
    booked = await house.book()
    await house.start_service()
    await house.start_laptop()
    await is_due(screen)
    await screen.press("End")
    assert (await house.ended(booked, 30))[:2] == ("TERMINATED_BY_STAFF", "officer")


async def test_the_family_cannot_be_admitted_with_somebody_unticked(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await house.book()
    await house.start_service()
    await house.start_laptop()
    await people.opens(house.url + booked.link)
    await opens_check(screen)
    await people.reads("They can see you now.")
    await screen.press("space", "Tab", "Tab", "Return")  # the second person is left out
    await people.is_at("waiting")
    await screen.press("End")
    assert (await house.ended(booked, 30))[2] == 0
