"""What staff take back while a call runs: a visitor's approval holds it, a laptop's identity ends its line."""

import sqlite3
import time

import pytest

from tests.e2e.call.stage import call_under_way, is_gone, is_seen
from tests.e2e.kit.family import Family
from tests.e2e.kit.house import Booked, House
from tests.e2e.kit.officer import goes_on
from tests.e2e.kit.screen import Screen
from tests.fakes.eventually import eventually


def visitor_of(house: House, booked: Booked) -> str:
    """One of the people on the booking."""
    with sqlite3.connect(f"file:{house.database}?mode=ro", uri=True) as database:
        query = "select visitor_id from participants where booking_id = ? order by visitor_id limit 1"
        return str(database.execute(query, (booked.booking_id,)).fetchone()[0])


@pytest.mark.attack("somebody-revoked")
async def test_a_visitor_is_banned_in_a_call_and_it_is_held_until_an_officer_decides(
    house: House, people: Family, screen: Screen
) -> None:
    booked = await call_under_way(house, people, screen)
    await house.visits("revoke", "--visitor", visitor_of(house, booked))
    before = time.monotonic()
    await is_gone(screen, within_s=5)
    assert time.monotonic() - before < 5
    assert house.outcome(booked) is None  # nobody but the officer ends it
    await goes_on(screen)  # that visitor has left the room
    await is_seen(screen)
    await screen.press("End")
    assert (await house.ended(booked, 30))[:2] == ("TERMINATED_BY_STAFF", "officer")


@pytest.mark.attack("laptop-revoked")
async def test_a_laptop_is_revoked_in_a_call_and_its_line_ends_at_once(
    house: House, people: Family, screen: Screen
) -> None:
    await call_under_way(house, people, screen)
    await house.visits("laptop", "revoke", house.laptop)
    await eventually(lambda: "laptop 1 is gone" in house.service_says(), 5, "its line has ended")
    await screen.press("End")
    await is_gone(screen)
