"""The call sheet: who stands on it, and until when each call may last."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.words import Outcome
from tests.fakes.visits import LONG, NOON, call, laptop, visitor
from visits.domain.records import BookedCall, Ending, Vetting
from visits.domain.sheet import call_sheet
from visits.domain.window import hard_stop_at, next_start

DAY = date(2026, 7, 1)
MINUTE = timedelta(minutes=1)
OVER = Ending(Outcome.COMPLETED_NORMALLY, None, None, 0)


def ids(*calls: BookedCall, day: date = DAY) -> list[str]:
    return [booking.booking_id for booking in call_sheet(laptop(), calls, day, 1, NOON).bookings]


def test_a_sheet_lists_the_calls_of_the_day_in_order() -> None:
    assert ids(call("later", starts_at=NOON + 60 * MINUTE), call("sooner")) == ["sooner", "later"]


def test_the_day_is_the_establishments_own() -> None:
    half_past_midnight_in_london = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    late = call(starts_at=half_past_midnight_in_london)
    assert ids(late) == []
    assert ids(late, day=date(2026, 7, 2)) == ["b1"]


def test_a_call_that_goes_on_past_midnight_stays_on_the_sheet() -> None:
    ten_to_midnight_in_london = datetime(2026, 7, 1, 22, 50, tzinfo=UTC)
    late = call(starts_at=ten_to_midnight_in_london)
    assert ids(late) == ["b1"]
    assert ids(late, day=date(2026, 7, 2)) == ["b1"]
    assert ids(late, day=date(2026, 7, 3)) == []


def test_a_call_with_an_outcome_is_not_on_the_sheet() -> None:
    assert ids(call(ending=OVER)) == []


@pytest.mark.parametrize(
    "vettings",
    [
        (),
        (Vetting(date(2026, 1, 1), date(2026, 6, 30)),),
        (Vetting(date(2026, 7, 2), date(2026, 12, 31)),),
        (Vetting(date(2026, 1, 1), date(2026, 12, 31), revoked_at=NOON - MINUTE),),
        (Vetting(date(2026, 1, 1), date(2026, 12, 31), revoked_at=NOON + 60 * MINUTE),),
    ],
    ids=["never", "until yesterday", "from tomorrow", "revoked", "revoked later that day"],
)
def test_one_participant_who_is_not_vetted_keeps_the_call_off_the_sheet(vettings: tuple[Vetting, ...]) -> None:
    assert ids(call(visitors=(visitor("mum"), visitor("uncle", vettings=vettings)))) == []


def test_a_new_approval_makes_up_for_a_revoked_one() -> None:
    revoked = Vetting(LONG.valid_from, LONG.valid_until, revoked_at=NOON - MINUTE)
    assert ids(call(visitors=(visitor(vettings=(revoked, LONG)),))) == ["b1"]


def test_a_contact_of_somebody_else_keeps_the_call_off_the_sheet() -> None:
    assert ids(call(visitors=(visitor(prisoner_id=8),))) == []


def test_a_call_with_nobody_or_too_many_is_not_on_the_sheet() -> None:
    assert ids(call(visitors=())) == []
    assert ids(call(visitors=tuple(visitor(f"v{number}") for number in range(6)))) == []


def test_age_is_given_only_under_18() -> None:
    turned_18_today = visitor("grown", born_on=date(2008, 7, 1))
    still_17 = visitor("young", born_on=date(2008, 7, 2))
    sheet = call_sheet(laptop(), [call(visitors=(turned_18_today, still_17))], DAY, 1, NOON)
    assert [participant.age for participant in sheet.bookings[0].participants] == [None, 17]


def test_recorded_and_watched_are_said_as_they_are() -> None:
    booking = call_sheet(laptop(), [call()], DAY, 1, NOON).bookings[0]
    assert (booking.recorded, booking.watched) == (False, True)


def test_without_extension_the_hard_stop_is_the_booked_end() -> None:
    assert hard_stop_at(call(), None) == NOON + 30 * MINUTE


def test_the_hard_stop_is_the_longest_extension() -> None:
    assert hard_stop_at(call(on=laptop(longest_extension_s=900)), None) == NOON + 45 * MINUTE


def test_the_next_call_less_turnaround_bounds_the_hard_stop() -> None:
    here = laptop(longest_extension_s=1800)
    following = call("b2", starts_at=NOON + 50 * MINUTE, on=here)
    assert hard_stop_at(call(on=here), following.starts_at) == NOON + 40 * MINUTE


def test_a_next_call_that_was_cancelled_bounds_nothing() -> None:
    here = laptop(longest_extension_s=1800)
    this, cancelled = call(on=here), call("b2", starts_at=NOON + 50 * MINUTE, on=here, ending=OVER)
    sheet = call_sheet(here, [this, cancelled], DAY, 1, NOON)
    assert sheet.bookings[0].hard_stop_at == NOON + 60 * MINUTE


@given(
    extension_s=st.integers(0, 7200),
    turnaround_s=st.integers(0, 3600),
    starts=st.lists(st.integers(-300, 300), max_size=6),
)
def test_the_hard_stop_is_never_before_the_booked_end_nor_past_the_extension(
    extension_s: int, turnaround_s: int, starts: list[int]
) -> None:
    here = laptop(longest_extension_s=extension_s, turnaround_s=turnaround_s)
    this = call(on=here)
    others = [call(f"o{number}", starts_at=NOON + minute * MINUTE, on=here) for number, minute in enumerate(starts)]
    assert this.ends_at <= hard_stop_at(this, next_start(this, others)) <= this.ends_at + timedelta(seconds=extension_s)
