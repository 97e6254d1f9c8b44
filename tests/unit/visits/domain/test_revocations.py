"""Who may take part no more, and what sheet, door and page say of it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from contract.laptop_link import CallNow
from contract.sentences import WHY_IT_ENDED
from contract.sheet import CallSheet
from contract.visitor_link import Phase
from contract.words import CallState, Reason, Revocation
from tests.fakes.visits import LONG, NOON, call, laptop, visitor
from visits.domain.progress import progress
from visits.domain.records import BookedCall, Vetting
from visits.domain.sheet import call_sheet
from visits.domain.vetting import vetted_until
from visits.domain.window import Visit, check_door
from visits.errors import Refused

DAY = date(2026, 7, 1)
ZONE = "Europe/London"
BANNED = replace(LONG, revoked_at=NOON)
LAPSED = Vetting(date(2025, 1, 1), date(2026, 6, 30))


def written(*calls: BookedCall) -> CallSheet:
    return call_sheet(laptop(), calls, DAY, 1, NOON)


def moved() -> BookedCall:
    here = call()
    return replace(here, prisoner=replace(here.prisoner, moved_at=NOON))


@pytest.mark.parametrize(
    ("booked", "who", "kind"),
    [
        (call(visitors=(visitor(), visitor("uncle", vettings=(BANNED,)))), "uncle", Revocation.VISITOR_BANNED),
        (
            call(visitors=(visitor(vettings=(replace(BANNED, revoked_as=Revocation.VETTING_ENDED),)),)),
            "mum",
            Revocation.VETTING_ENDED,
        ),
        (call(visitors=(visitor(vettings=(LAPSED,)),)), "mum", Revocation.VETTING_ENDED),
        (moved(), None, Revocation.PRISONER_MOVED),
    ],
    ids=["banned", "ended by staff", "ran out", "moved"],
)
def test_a_revoked_booking_leaves_the_bookings_and_stands_in_revoked(
    booked: BookedCall, who: str | None, kind: Revocation
) -> None:
    sheet = written(booked, call("later", starts_at=NOON + timedelta(hours=1)))
    assert [each.booking_id for each in sheet.bookings] == ["later"]
    (entry,) = sheet.revoked
    assert (entry.booking_id, entry.visitor_id, entry.kind, entry.starts_at) == ("b1", who, kind, NOON)


def test_whoever_was_never_approved_is_not_named() -> None:
    assert written(call(visitors=(visitor(vettings=()),))).revoked == ()


def test_a_new_approval_after_a_ban_lifts_it() -> None:
    sheet = written(call(visitors=(visitor(vettings=(BANNED, LONG)),)))
    assert (len(sheet.bookings), sheet.revoked) == (1, ())


def test_the_sheet_says_until_when_each_participant_is_approved() -> None:
    joined = (Vetting(date(2026, 1, 1), date(2026, 7, 31)), Vetting(date(2026, 8, 1), date(2026, 9, 30)))
    sheet = written(call(visitors=(visitor(vettings=joined),)))
    assert sheet.day == DAY
    assert sheet.bookings[0].participants[0].vetted_until == date(2026, 9, 30)


def test_an_approval_after_a_gap_does_not_count() -> None:
    gap = (Vetting(date(2026, 1, 1), date(2026, 7, 31)), Vetting(date(2026, 8, 2), date(2026, 9, 30)))
    assert vetted_until(visitor(vettings=gap), DAY, ZONE) == date(2026, 7, 31)
    assert vetted_until(visitor(vettings=()), DAY, ZONE) == date(2026, 6, 30)


def test_the_door_is_shut_and_says_nothing_of_where_the_prisoner_is() -> None:
    with pytest.raises(Refused) as refused:
        check_door(Visit(moved(), NOON + timedelta(minutes=30)), NOON)
    assert WHY_IT_ENDED[Reason.REVOKED] in refused.value.message.text
    assert "move" not in refused.value.message.text


@pytest.mark.parametrize("state", [None, CallState.WAITING, CallState.IDENTITY])
def test_a_family_that_waits_is_told_that_the_call_will_not_be(state: CallState | None) -> None:
    now = None if state is None else CallNow(booking_id="b1", state=state, talk_ms=0, left_ms=0)
    told = progress(Visit(moved(), NOON + timedelta(minutes=30)), now, NOON, prison_connected=True)
    assert (told.phase, told.why) == (Phase.ENDED, WHY_IT_ENDED[Reason.REVOKED])


def test_a_family_in_a_call_is_told_that_it_is_held() -> None:
    now = CallNow(booking_id="b1", state=CallState.HELD, talk_ms=1000, left_ms=1000)
    assert progress(Visit(moved(), NOON), now, NOON, prison_connected=True).phase is Phase.HELD
