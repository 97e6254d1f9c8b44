"""What the guard says of updates, by the rules and by the day; and what it calls well."""

from datetime import datetime
from pathlib import Path

import pytest

from contract.policy_laptop import Updates
from kiosk.lockdown.update_desk import LOOK_EVERY, NO_PICTURE, Healthy, MayUpdate, UpdateDesk, UpdateRecord
from kiosk.lockdown.update_files import UpdateFiles, UpdateNews
from kiosk.policy.measures import MeasureName, Standing
from kiosk.policy.numbers import Numbers
from kiosk.policy.updating import CALL_HOURS, IN_A_CALL
from tests.fakes.clock import NOON
from tests.fakes.day import Day
from tests.fakes.record import FakeRecord

NIGHT = NOON.replace(hour=23)


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
