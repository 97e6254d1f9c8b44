"""Who is connected: one place for a laptop, a number of seats for visitors, rooms that are swept when long over."""

from contextlib import ExitStack
from datetime import timedelta

import pytest

from contract.refusals import RefusalCode, refusal
from tests.fakes.visits import NOON, FakeServiceClock, Listener, call, certificate
from visits.api.laptops import Laptops
from visits.api.rooms import KEPT_FOR, Rooms
from visits.api.seats import MOST_FOR_ONE_LINK, Seats
from visits.domain.records import Digest
from visits.domain.window import Visit
from visits.errors import Refused

LINK = Digest("link")
WORD = refusal(RefusalCode.NOBODY_THERE)
VISIT = Visit(call(), NOON + timedelta(minutes=30))


def test_a_laptop_has_one_place_and_keeps_it() -> None:
    laptops, first, second = Laptops(), Listener(), Listener()
    laptops.enter(certificate(), first)
    with pytest.raises(Refused, match="laptop_elsewhere"):
        laptops.enter(certificate(), second)
    laptops.leave(1, second)
    laptops.greet(1)
    laptops.say(1, WORD)
    assert (first.heard, second.heard) == ([WORD], [])
    laptops.leave(1, first)
    laptops.leave(1, first)
    laptops.enter(certificate(), second)


@pytest.mark.parametrize(
    ("known_as", "named", "makes_way"),
    [
        ("stream-1", "stream-1", True),
        ("stream-1", "stream-2", False),
        ("stream-1", None, False),
        (None, "stream-1", False),
    ],
)
def test_a_connection_makes_way_for_whoever_knows_its_stream(
    known_as: str | None, named: str | None, makes_way: bool
) -> None:
    laptops, speaker = Laptops(), Listener()
    laptops.make_way(1, named)
    laptops.enter(certificate(), speaker)
    laptops.make_way(1, named)  # nobody knows its stream before it has one
    laptops.greet(1, known_as)
    assert not speaker.is_cut_off
    laptops.make_way(1, named)
    assert speaker.is_cut_off == makes_way


def test_a_laptop_is_told_nothing_before_it_is_welcomed() -> None:
    laptops, speaker = Laptops(), Listener()
    laptops.enter(certificate(), speaker)
    laptops.say(1, WORD)
    assert (speaker.heard, laptops.is_connected(1)) == ([], False)


def test_only_the_connection_that_came_with_the_certificate_is_turned_out() -> None:
    laptops, speaker = Laptops(), Listener()
    laptops.enter(certificate(serial="b2"), speaker)
    laptops.turn_out(certificate(serial="a1"))
    assert not speaker.hung_up
    laptops.turn_out(certificate(serial="b2"))
    assert speaker.refusals() == [RefusalCode.NOT_A_LAPTOP]


def test_a_connection_outlives_its_certificate_by_nothing() -> None:
    laptops, expires = Laptops(), NOON + timedelta(hours=1)
    laptops.enter(certificate(not_after=expires), Listener())
    assert laptops.expired(expires - timedelta(seconds=1)) == []
    assert [each.laptop_id for each in laptops.expired(expires)] == [1]


def test_a_seat_is_given_back_whatever_happens() -> None:
    seats = Seats(1)
    with pytest.raises(ZeroDivisionError), seats.one(LINK):
        raise ZeroDivisionError
    with seats.one(LINK), pytest.raises(Refused, match="unavailable"), seats.one(LINK):
        pass
    with seats.one(LINK):
        pass


def test_one_household_cannot_take_everybodys_seats() -> None:
    seats = Seats(100)
    with ExitStack() as taken:
        for _ in range(MOST_FOR_ONE_LINK):
            taken.enter_context(seats.one(LINK))
        with pytest.raises(Refused, match="too_many"), seats.one(LINK):
            pass
        with seats.one(Digest("another link")):
            pass
    with seats.one(LINK):
        pass


def test_a_room_is_swept_once_it_is_empty_and_long_over() -> None:
    clock = FakeServiceClock()
    rooms, visitor = Rooms(Laptops(), clock), Listener()
    room = rooms.of(VISIT)
    assert rooms.of(VISIT) is room
    room.visitor_came(visitor, "page-0001")
    clock.advance(timedelta(minutes=31) + KEPT_FOR)
    rooms.sweep()
    assert rooms.get("b1") is room
    room.visitor_lost(visitor)
    rooms.sweep()
    assert rooms.get("b1") is None
