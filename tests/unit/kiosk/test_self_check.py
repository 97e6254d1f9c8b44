"""The laptop's check of itself: when it runs, what it may open, how it ends. Never in a call."""

from datetime import datetime, timedelta

import pytest

from contract.readiness import CheckedFor, CheckName, Light, Readiness
from contract.sheet import Booking
from kiosk.errors import Refused
from kiosk.ipc import Carry, CheckYourself, Disconnect, SelfChecked
from kiosk.owed_checks import MOST_TRIES
from kiosk.policy.numbers import Numbers
from kiosk.policy.readiness import OF_DEVICES, OF_THE_SHELL, Found, Trouble
from kiosk.ports import Around
from kiosk.self_check import IN_A_CALL, JUST_DONE, SelfCheck
from tests.fakes.authority import PlainDocuments
from tests.fakes.bookings import booking
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.record import FakeRecord
from tests.fakes.shell import FakeIds, FakeShell

OWN = tuple(Found(check=check, found="fine") for check in CheckName if check not in OF_THE_SHELL)
SHELLS = tuple(Found(check=check, found="fine") for check in sorted(OF_THE_SHELL))


class Bench:
    """A check with its surroundings, and the day as it sees it."""

    def __init__(self) -> None:
        self.clock, self.shell, self.record = FakeClock(NOON), FakeShell(), FakeRecord()
        self.may_check = self.is_shell_up = self.is_online = self.is_settled = self.may_open_devices = True
        self.following: Booking | None = None
        self.results: list[Readiness | None] = []
        around = Around(self.clock, self.shell, FakeIds(), self.record, PlainDocuments(), synthetic=False)
        self.check = SelfCheck(self, Numbers(), around, lambda: OWN)

    @property
    def believed(self) -> datetime:
        return self.clock.wall()

    def asks(self) -> None:
        self.check.ask(CheckedFor.COMMAND, self.results.append)

    def answers(self, *found: Found, check: str | None = None) -> None:
        name = check or self.shell.last(CheckYourself).check
        others = tuple(each for each in SHELLS if each.check not in {one.check for one in found})
        self.check.heard(SelfChecked(check=name, found=(*found, *others)[: len(OF_THE_SHELL)]))

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.check.look()

    @property
    def result(self) -> Readiness:
        result = self.results[-1]
        assert result is not None
        return result

    def light(self, check: CheckName) -> Light:
        return next(row.light for row in self.result.rows if row.check is check)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_check_asks_the_shell_joins_what_the_guard_knows_and_shuts_everything(bench: Bench) -> None:
    bench.asks()
    assert bench.shell.last(CheckYourself).devices
    assert bench.check.seen().running
    bench.answers()
    assert bench.result.light is Light.GREEN
    assert isinstance(bench.shell.heard[-2], Disconnect)
    assert not bench.check.seen().running


def test_what_was_found_is_recorded_with_its_lights_and_nothing_else(bench: Bench) -> None:
    bench.asks()
    bench.answers(Found(check=CheckName.CAMERA, trouble=Trouble.CAMERA_DARK, found="light 1%"))
    (noted,) = bench.record.of("readiness_checked")
    assert noted["light"] == "red"
    assert noted["rows"] == {c.value: "red" if c is CheckName.CAMERA else "green" for c in CheckName}
    assert noted["checked_for"] == "command"


def test_it_never_runs_in_a_call(bench: Bench) -> None:
    bench.may_check = False
    with pytest.raises(Refused, match="A call is on"):
        bench.asks()
    assert bench.shell.heard == []
    assert IN_A_CALL.startswith("A call is on")


def test_a_call_that_begins_stops_it_and_shuts_what_it_opened(bench: Bench) -> None:
    bench.asks()
    bench.check.stop()
    assert isinstance(bench.shell.heard[-1], Disconnect)
    assert bench.results == [None]
    bench.answers()
    assert bench.record.of("readiness_checked") == []
    bench.check.stop()
    assert len(bench.shell.all(Disconnect)) == 1


def test_a_call_that_has_begun_unseen_stops_it_at_the_next_look(bench: Bench) -> None:
    bench.asks()
    bench.may_check = False
    bench.passes(1)
    assert bench.results == [None]


def test_who_asks_while_it_runs_waits_for_the_same_one(bench: Bench) -> None:
    bench.asks()
    bench.asks()
    bench.answers()
    assert len(bench.shell.all(CheckYourself)) == 1
    assert bench.results[0] is bench.results[1] is not None


def test_right_after_one_there_is_no_other(bench: Bench) -> None:
    bench.asks()
    bench.answers()
    with pytest.raises(Refused, match="just checked"):
        bench.asks()
    bench.passes(11)
    bench.asks()
    assert len(bench.shell.all(CheckYourself)) == 2
    assert JUST_DONE.endswith("moment.")


def test_a_shell_that_does_not_answer_costs_its_own_rows_only(bench: Bench) -> None:
    bench.asks()
    bench.passes(26)
    assert bench.light(CheckName.CAMERA) is Light.RED
    assert bench.light(CheckName.DISK) is Light.GREEN
    assert isinstance(bench.shell.heard[-2], Disconnect)


def test_without_a_shell_nobody_waits(bench: Bench) -> None:
    bench.is_shell_up = False
    bench.asks()
    assert bench.result.light is Light.RED
    assert bench.light(CheckName.CLOCK) is Light.GREEN


def test_a_shell_that_goes_away_meanwhile_is_not_waited_for(bench: Bench) -> None:
    bench.asks()
    bench.is_shell_up = False
    bench.passes(1)
    assert bench.light(CheckName.CAMERA) is Light.RED


def test_what_cannot_be_recorded_does_not_open_and_the_rest_is_told(bench: Bench) -> None:
    bench.asks()
    bench.check.not_opened()
    assert bench.light(CheckName.MICROPHONE) is Light.RED
    assert bench.light(CheckName.MAINS) is Light.GREEN
    bench.check.not_opened()
    assert len(bench.results) == 1


@pytest.mark.attack("devices-outside-a-call")
def test_while_the_lockdown_does_not_hold_camera_and_sound_stay_shut(bench: Bench) -> None:
    bench.may_open_devices = False
    bench.asks()
    assert not bench.shell.last(CheckYourself).devices
    bench.answers()
    assert {bench.light(check) for check in OF_DEVICES} == {Light.RED}
    assert bench.light(CheckName.SERVICE) is Light.GREEN


def test_the_shell_has_no_say_in_what_is_the_guards(bench: Bench) -> None:
    bench.asks()
    bench.answers(Found(check=CheckName.DISK, trouble=Trouble.DISK_FULL, found="0 MB"))
    assert bench.light(CheckName.DISK) is Light.GREEN


def test_an_answer_to_an_earlier_check_is_passed_over(bench: Bench) -> None:
    bench.answers(check="session-0")
    bench.asks()
    bench.answers(check="session-0")
    assert bench.results == []
    bench.answers()
    assert len(bench.results) == 1


def test_before_a_booking_it_checks_itself_once(bench: Bench) -> None:
    bench.following = booking(starts_at=NOON + timedelta(minutes=21))
    bench.passes(0)
    assert bench.shell.heard == []
    bench.passes(60)
    bench.answers()
    (noted,) = bench.record.of("readiness_checked")
    assert (noted["checked_for"], noted["booking_id"]) == ("booking", bench.following.booking_id)
    bench.passes(60)
    assert len(bench.shell.all(CheckYourself)) == 1


def reports(bench: Bench) -> list[Readiness]:
    """What the service was told."""
    return [carry.message for carry in bench.shell.all(Carry) if isinstance(carry.message, Readiness)]


def begun(bench: Bench) -> int:
    """How often the shell has been asked."""
    return len(bench.shell.all(CheckYourself))


def is_due(bench: Bench) -> None:
    """A booking in twenty minutes, and the check for it has begun."""
    bench.following = booking(starts_at=NOON + timedelta(minutes=20))
    bench.passes(1)
    assert begun(bench) == 1


def test_one_that_was_stopped_is_made_again_while_it_is_due(bench: Bench) -> None:
    is_due(bench)
    bench.check.stop()
    bench.passes(1)
    assert begun(bench) == 1
    bench.passes(10)
    assert begun(bench) == 2
    bench.answers()
    bench.passes(60)
    assert begun(bench) == 2


def is_made_once_more_and_only_that_is_told(bench: Bench) -> None:
    bench.passes(1)
    assert (begun(bench), reports(bench)) == (2, [])
    bench.answers()
    bench.passes(60)
    assert begun(bench) == 2
    assert [report.light for report in reports(bench)] == [Light.GREEN]


def test_one_that_lost_its_shell_is_made_again_by_the_next_shell_and_is_no_news_later(bench: Bench) -> None:
    is_due(bench)
    bench.is_shell_up = bench.is_online = False
    bench.passes(1)
    bench.passes(60)
    assert begun(bench) == 1
    bench.is_shell_up = bench.is_online = True
    is_made_once_more_and_only_that_is_told(bench)


def test_a_shell_that_never_answers_is_not_asked_for_ever(bench: Bench) -> None:
    is_due(bench)
    for _ in range(10):
        bench.passes(26)
        bench.passes(11)
    assert begun(bench) == MOST_TRIES


def test_one_that_found_no_line_is_made_once_more_when_there_is_one_and_only_that_is_told(bench: Bench) -> None:
    bench.is_online = False
    is_due(bench)
    bench.answers(Found(check=CheckName.SERVICE, trouble=Trouble.NO_SERVICE, found="no line"))
    bench.passes(60)
    assert begun(bench) == 1
    bench.is_online = True
    is_made_once_more_and_only_that_is_told(bench)


def test_before_the_laptop_has_settled_nobody_is_told_of_faults_that_are_none(bench: Bench) -> None:
    bench.is_settled = False
    assert not bench.check.seen().may_start
    with pytest.raises(Refused, match="still starting"):
        bench.asks()
    assert bench.shell.heard == []
    bench.is_settled = True
    assert bench.check.seen().may_start
    bench.asks()
    assert begun(bench) == 1


@pytest.mark.parametrize("lacks", ["may_check", "is_settled", "is_shell_up"])
def test_a_check_that_is_due_waits_until_it_can_be_made(bench: Bench, lacks: str) -> None:
    bench.following = booking(starts_at=NOON + timedelta(minutes=20))
    setattr(bench, lacks, False)
    bench.passes(1)
    assert bench.shell.all(CheckYourself) == []
    setattr(bench, lacks, True)
    bench.passes(1)
    assert len(bench.shell.all(CheckYourself)) == 1


def test_the_service_is_told_once_and_again_with_every_new_line(bench: Bench) -> None:
    bench.asks()
    bench.answers()
    bench.passes(1)
    assert reports(bench) == [bench.result]
    bench.is_online = False
    bench.passes(1)
    bench.is_online = True
    bench.passes(1)
    bench.passes(1)
    assert reports(bench) == [bench.result, bench.result]


def test_a_new_line_is_not_told_what_is_stale(bench: Bench) -> None:
    bench.asks()
    bench.answers()
    bench.is_online = False
    bench.passes(2 * 3600)
    bench.is_online = True
    bench.passes(1)
    assert reports(bench) == [bench.result]


def test_what_was_found_without_a_line_is_not_told_over_the_next(bench: Bench) -> None:
    bench.is_online = False
    bench.asks()
    bench.answers()
    bench.passes(1)
    bench.is_online = True
    bench.passes(1)
    assert reports(bench) == []


def test_officers_see_the_last_result_and_that_it_is_old(bench: Bench) -> None:
    assert bench.check.seen().last is None
    assert bench.check.seen().offered
    bench.asks()
    bench.answers()
    assert (bench.check.seen().last, bench.check.seen().stale) == (bench.result, False)
    bench.passes(3600)
    assert bench.check.seen().stale
