"""When the laptop may be updated, by the guard: never in or near a call, nor in call hours; and what it calls well."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contract.policy_laptop import Updates
from kiosk.lockdown.update_desk import LOOK_EVERY, NO_PICTURE, Healthy, MayUpdate, UpdateDesk, UpdateRecord
from kiosk.lockdown.update_files import UpdateFiles, UpdateNews
from kiosk.policy.measures import MeasureName, Standing
from kiosk.policy.numbers import Numbers
from kiosk.policy.updating import BOOKING_NEAR, CALL_HOURS, CLOCK_UNSURE, IN_A_CALL, CallHours, Moment, against
from tests.fakes.clock import NOON
from tests.fakes.day import Day
from tests.fakes.record import FakeRecord

NIGHT = NOON.replace(hour=23)
HOURS = CallHours("08:00", "20:00")


def why_not(
    at: datetime = NIGHT,
    *,
    booked: tuple[tuple[datetime, datetime], ...] = (),
    in_call: bool = False,
    sure: bool = True,
    released: bool = False,
    zone: str = "UTC",
) -> str | None:
    return against(Moment(at, zone, booked, in_call, sure, released), HOURS, Numbers())


def test_at_night_with_nothing_booked_it_may() -> None:
    assert why_not() is None


@pytest.mark.parametrize(("hour", "minute", "may"), [(7, 59, True), (8, 0, False), (19, 59, False), (20, 0, True)])
def test_call_hours_begin_and_end_on_the_minute(hour: int, minute: int, may: bool) -> None:
    said = why_not(NOON.replace(hour=hour, minute=minute))
    assert said == (None if may else CALL_HOURS.format(begins="08:00", ends="20:00"))


def test_call_hours_are_the_establishments_own() -> None:
    summer = datetime.fromisoformat("2026-07-01T07:30:00+00:00")
    assert why_not(summer) is None
    assert why_not(summer, zone="Europe/London") is not None  # there it is half past eight
    assert why_not(summer, zone="No/Where") is None


def test_never_in_a_call_whoever_asks() -> None:
    assert why_not(in_call=True) == IN_A_CALL
    assert why_not(in_call=True, released=True) == IN_A_CALL


@pytest.mark.parametrize(("before_min", "may"), [(51, True), (50, False), (0, False), (-59, False), (-60, True)])
def test_never_while_a_booking_is_within_its_window(before_min: int, may: bool) -> None:
    begins = NIGHT + timedelta(minutes=before_min)
    booked = ((begins, begins + timedelta(minutes=60)),)
    assert why_not(booked=booked) == (None if may else BOOKING_NEAR)
    assert why_not(booked=booked, released=True) == (None if may else BOOKING_NEAR)


def test_without_the_time_there_are_no_call_hours_to_be_outside_of() -> None:
    assert why_not(sure=False) == CLOCK_UNSURE


def test_a_released_laptop_takes_no_calls_and_may_be_updated_by_day() -> None:
    assert why_not(NOON, released=True, sure=False) is None


class Bench:
    def __init__(self, wall: datetime = NIGHT, rules: Updates | None = None) -> None:
        self.day, self.is_quiet = Day(wall=wall).told_time(), True
        self.desk = UpdateDesk(self.day.session, self.day.numbers, rules, is_quiet=lambda: self.is_quiet)

    def may(self) -> MayUpdate:
        return MayUpdate.model_validate_json(self.desk.may_update())

    def healthy(self) -> str | None:
        return Healthy.model_validate_json(self.desk.healthy()).why_not


def test_the_desk_says_what_the_rules_say() -> None:
    rules = Updates(least_version="0.1.0.7", site_cache="http://192.0.2.30:8080/updates")
    assert Bench(rules=rules).may() == MayUpdate(
        why_not=None, least_version="0.1.0.7", site_cache="http://192.0.2.30:8080/updates"
    )
    assert Bench().may() == MayUpdate(why_not=None, least_version="0", site_cache=None)


def test_the_desk_knows_call_and_clock() -> None:
    bench = Bench()
    bench.is_quiet = False
    assert bench.may().why_not == IN_A_CALL
    assert Bench(wall=NOON).may().why_not == CALL_HOURS.format(begins="08:00", ends="20:00")
    assert (
        UpdateDesk(Day(wall=NIGHT).session, Numbers(), None, is_quiet=lambda: True).may_update().find("what the time")
        > 0
    )


def test_it_is_well_with_a_picture_and_a_proved_lockdown_and_not_before() -> None:
    bench = Bench()
    bench.day.session.shell_now(up=True)
    assert bench.healthy() == NO_PICTURE
    bench.desk.has_painted = True
    assert bench.healthy() is None
    bench.day.session.lockdown_now(Standing(blocking=(MeasureName.NETWORK,)))
    assert bench.healthy() == "The lockdown is not proved: network."
    bench.day.session.lockdown_now(Standing(interrupting=(MeasureName.DISPLAYS,), warning=(MeasureName.UPDATES,)))
    assert bench.healthy() is None
    bench.day.session.shell_now(up=False)
    assert bench.healthy() == NO_PICTURE


def test_what_has_come_of_an_update_is_recorded_once(tmp_path: Path) -> None:
    files, record = UpdateFiles(tmp_path), FakeRecord()
    desk = UpdateRecord(files, record)
    files.tell(UpdateNews(event="update_failed", version="0.1.0.10", before="0.1.0.9", why=NO_PICTURE))
    for _ in range(3 * LOOK_EVERY):
        desk.look()
    assert record.of("update_failed") == [{"version": "0.1.0.10", "before": "0.1.0.9", "why": NO_PICTURE}]
    assert files.news() is None


@pytest.mark.parametrize("wrong", [{"calls_from": "20:00"}, {"calls_from": "8:00"}, {"calls_until": "24:00"},
                                   {"least_version": "1.x"}, {"site_cache": "ftp://x"},
                                   {"site_cache": "http://u@h/"}])  # fmt: skip
def test_rules_that_make_no_sense_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Updates(**wrong)
