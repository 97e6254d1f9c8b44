"""Old papers: officers are told, then no new call begins; a running one goes on."""

from datetime import timedelta

import pytest

from contract.words import CallState, Presence
from kiosk.errors import Refused
from kiosk.ipc import Key, LinkNow, Pressed
from kiosk.papers import BARS, Aged, PolicyDates
from kiosk.policy.numbers import Numbers
from kiosk.scenes import Fault, OutOfService
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day

HOUR, DAY, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=30)
NUMBERS = Numbers()


def goes_by(day: Day, *, heard: timedelta = timedelta(), left: timedelta = 12 * MONTH) -> Day:
    """A policy from the disk is in force, heard of so long ago, and has so much of its time left."""
    dates = PolicyDates(heard_at=day.clock.wall() - heard, expires=day.clock.wall() + left)
    day.session.fitness.papers.policy_came(dates, online=False)
    day.session.tick()
    return day


def is_aged(day: Day) -> list[str]:
    return [str(aged) for aged in day.session.fitness.papers.aged]


def fault(day: Day) -> Fault | None:
    return day.shell.scene.fault if isinstance(day.shell.scene, OutOfService) else None


def offline_for(day: Day, span: timedelta) -> Day:
    day.session.hear(LinkNow(up=False))
    day.clock.advance(span.total_seconds())
    day.session.tick()
    return day


@pytest.mark.parametrize(
    ("heard", "left", "aged"),
    [
        (timedelta(), 12 * MONTH, []),
        (NUMBERS.policy_stale_after, 12 * MONTH, []),
        (NUMBERS.policy_stale_after + HOUR, 12 * MONTH, ["policy_stale"]),
        (NUMBERS.policy_very_stale_after, 12 * MONTH, ["policy_stale"]),
        (NUMBERS.policy_very_stale_after + HOUR, 12 * MONTH, ["policy_very_stale"]),
        (timedelta(), NUMBERS.expiry_warns + HOUR, []),
        (timedelta(), NUMBERS.expiry_warns, ["policy_ends_soon"]),
        (timedelta(), HOUR, ["policy_ends_soon"]),
        (timedelta(), -HOUR, ["policy_ended"]),
        (timedelta(), HOUR - NUMBERS.expiry_grace, ["policy_ended"]),
        (timedelta(), -NUMBERS.expiry_grace, ["policy_over"]),
        (MONTH + HOUR, -NUMBERS.expiry_grace, ["policy_over", "policy_very_stale"]),
        (-HOUR, 12 * MONTH, ["from_later"]),
    ],
)
def test_a_policy_ages_by_its_own_numbers(heard: timedelta, left: timedelta, aged: list[str]) -> None:
    day = goes_by(Day(), heard=heard, left=left)
    assert is_aged(day) == aged
    is_barred = any(Aged(each) in BARS for each in aged)
    if is_barred:
        with pytest.raises(Refused, match="no call can be opened"):
            day.session.fitness.check_may_open()
    else:
        day.session.fitness.check_may_open()
    assert day.record.of("papers_aged") == ([{"what": aged}] if aged else [])


def test_a_laptop_without_a_policy_has_none_that_is_old() -> None:
    day = offline_for(Day(), 365 * DAY)
    assert is_aged(day) == []


def test_a_sheet_ages_from_when_the_line_was_lost() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON + 3 * DAY)))
    day.clock.advance((2 * DAY).total_seconds())
    day.session.tick()
    assert is_aged(day) == []  # the service is there, and would have sent another
    offline_for(day, NUMBERS.sheet_stale_after + HOUR)
    assert is_aged(day) == ["sheet_stale"]
    offline_for(day, DAY)
    assert is_aged(day) == ["sheet_very_stale"]


def test_a_very_old_sheet_opens_no_call_and_says_so_until_it_is_heard_again() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON + 2 * DAY)))
    offline_for(day, 2 * DAY)
    assert fault(day) is Fault.OLD_SHEET
    assert day.session.call is None
    day.session.hear(LinkNow(up=True))
    day.sheet(sheet(booking(starts_at=NOON + 2 * DAY)))
    assert is_aged(day) == []
    assert day.call.state is CallState.WAITING


def test_rules_that_are_over_open_no_call_and_say_so() -> None:
    day = goes_by(Day().starts(sheet(booking(starts_at=NOON + HOUR))), left=-MONTH)
    day.passes(3600)
    assert fault(day) is Fault.OLD_POLICY
    assert day.session.call is None


def test_rules_that_do_not_check_out_open_no_call_until_fresh_ones_come() -> None:
    day = Day().starts(sheet(booking()))
    day.session.fitness.papers.policy_is_lost = True
    day.session.tick()
    assert is_aged(day) == ["policy_lost"]
    with pytest.raises(Refused, match="do not check out"):
        day.session.hear(Pressed(key=Key.OPEN_IDENTITY))
    goes_by(day)
    assert is_aged(day) == []


def test_rules_that_this_software_does_not_understand_open_no_call_and_say_who_can_help() -> None:
    day = Day().starts(sheet(booking()))
    day.session.fitness.papers.policy_is_strange = True
    day.passes(1)
    assert (is_aged(day), fault(day)) == (["policy_strange"], Fault.STRANGE_POLICY)
    with pytest.raises(Refused, match="does not understand this establishment's rules"):
        day.session.hear(Pressed(key=Key.OPEN_IDENTITY))
    goes_by(day)
    assert is_aged(day) == []


def test_nobody_is_admitted_once_papers_or_the_clock_went_bad_while_the_identities_were_open() -> None:
    day = Day().starts(sheet(booking()))
    day.visitor(Presence.WAITING)
    day.press(Key.OPEN_IDENTITY)
    goes_by(day, left=-MONTH)
    with pytest.raises(Refused, match="rules for this laptop have expired"):
        day.admits()
    goes_by(day)
    day.clock.set_wall(NOON - 400 * DAY)
    with pytest.raises(Refused, match="clock does not show the right time"):
        day.admits()


def test_a_running_call_is_untouched_by_whatever_grows_old() -> None:
    day = Day().starts(sheet(booking())).admitted()
    day.flows(60)
    goes_by(day, heard=12 * MONTH, left=-12 * MONTH)
    talked = day.call.time.account.talk_ms
    day.flows(60)
    assert day.call.state is CallState.LIVE
    assert day.call.time.account.talk_ms == talked + 60_000


def test_while_the_line_stands_a_policy_that_came_over_it_stays_fresh() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON + 90 * DAY)))
    day.session.fitness.papers.policy_came(PolicyDates(NOON, NOON + 365 * DAY))
    day.clock.advance((60 * DAY).total_seconds())
    day.session.tick()
    assert is_aged(day) == []
    offline_for(day, 31 * DAY)
    assert "policy_very_stale" in is_aged(day)


def test_by_a_clock_that_was_wrong_for_a_while_nothing_has_aged() -> None:
    day = Day().starts(sheet(booking(starts_at=NOON + HOUR)))
    day.clock.set_wall(NOON + 400 * DAY)
    day.session.tick()
    day.clock.set_wall(NOON)
    day.session.tick()
    assert is_aged(day) == []
