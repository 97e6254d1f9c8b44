"""When the room is open, what bars the officer, and that nobody is admitted unticked."""

from datetime import timedelta

import pytest

from contract.words import Presence
from kiosk.errors import Refused
from kiosk.policy.admission import NOT_APPROVED, NOT_READY, check_everyone_ticked, is_open, unapproved, why_not_yet
from kiosk.policy.numbers import Numbers
from tests.fakes.bookings import booking
from tests.fakes.clock import NOON

A_MOMENT = timedelta(milliseconds=1)


def test_the_room_opens_a_little_before_the_start_and_shuts_at_the_hard_stop() -> None:
    due, numbers = booking(duration_s=1800, hard_stop_after_s=2400), Numbers()
    opens, shuts = NOON - numbers.room_opens, NOON + timedelta(seconds=2400)
    assert [is_open(due, at, numbers) for at in (opens - A_MOMENT, opens, shuts - A_MOMENT, shuts)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_family_that_is_not_there_bars_nothing() -> None:
    assert [why_not_yet(presence, link_up=True) for presence in Presence] == [None] * len(Presence)


def test_without_the_service_a_family_never_seen_bars_the_start_and_one_seen_before_does_not() -> None:
    barred = [presence for presence in Presence if why_not_yet(presence, link_up=False) is not None]
    assert barred == [Presence.ABSENT]


def test_everyone_ticked_is_everyone_once_in_any_order() -> None:
    check_everyone_ticked(booking(), ["jac", "mum"])
    check_everyone_ticked(booking(), ["mum", "jac", "mum"])


@pytest.mark.parametrize("ticked", [[], ["mum"], ["mum", "jac", "a stranger"], ["a stranger", "jac"]])
def test_one_too_few_or_one_too_many_is_refused_in_words(ticked: list[str]) -> None:
    with pytest.raises(Refused, match="Tick every person"):
        check_everyone_ticked(booking(), ticked)


def test_a_laptop_that_is_not_ready_starts_no_call_whoever_is_there() -> None:
    assert {why_not_yet(presence, link_up=True, barred=True) for presence in Presence} == {NOT_READY}


def test_whose_approval_has_ended_is_named_and_bars_the_officer() -> None:
    due = booking()
    last = max(person.vetted_until for person in due.participants)
    assert unapproved(due, last) == frozenset()
    assert unapproved(due, last + timedelta(days=1)) == {person.visitor_id for person in due.participants}
    assert why_not_yet(Presence.WAITING, link_up=True, all_approved=False) == NOT_APPROVED
