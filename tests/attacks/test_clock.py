"""The laptop's time of day is set: back, on, to 1970, over a change to summer time, under a real guard in a call.

Tier U: a real guard process under libfaketime, its boot-time clock left true; the shell is played.
"""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from kiosk.ipc import Key, LinkNow, Pressed, Show
from kiosk.scenes import NextCall, OutOfService
from tests.fakes.eventually import eventually
from tests.integration.guard.laptop import WITHIN_S, Laptop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.attack("clock-set")]

LIBRARY: Final = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")
EPOCH: Final = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
SUMMER_TIME: Final = datetime(2027, 3, 28, 1, 0, tzinfo=UTC)  # clocks in London go from 1 to 2 o'clock
AUTUMN: Final = datetime(2027, 10, 31, 1, 0, tzinfo=UTC)  # and from 2 to 1


class TimeOfDay:
    """The wall clock that the guard is shown; changed while it runs."""

    def __init__(self, folder: Path) -> None:
        if not LIBRARY.exists():
            pytest.skip("libfaketime is not installed (setup/debian-packages.txt)")
        self._file = folder / "faketime"
        self.ahead_by(timedelta())

    def ahead_by(self, step: timedelta) -> None:
        """From now on the time of day is ahead of the true one by so much."""
        self._ahead = timedelta(seconds=round(step.total_seconds()))
        self._file.write_text(f"{round(step.total_seconds()):+d}\n")

    def is_now(self, instant: datetime) -> None:
        """From now on it is this instant, and time goes on."""
        self.ahead_by(instant - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def environment(self, *, boot_clock_is_true: bool = True) -> Mapping[str, str]:
        true = {"FAKETIME_DONT_FAKE_MONOTONIC": "1"} if boot_clock_is_true else {}
        # Read once a second, not at every look at a clock: that alone filled a core, and the guard came late.
        shown = {"FAKETIME_TIMESTAMP_FILE": str(self._file), "FAKETIME_CACHE_DURATION": "1"}
        shown["NO_FAKE_STAT"] = "1"  # the ages of files are true: Python would compile every module anew
        return {"LD_PRELOAD": str(LIBRARY), "TZ": "Europe/London", **shown, **true}


@pytest.fixture
def time_of_day(tmp_path: Path) -> TimeOfDay:
    return TimeOfDay(tmp_path)


def outcome(laptop: Laptop) -> dict[str, Any]:
    (record,) = [record for record in laptop.trail() if record["event"] == "outcome"]
    data: dict[str, Any] = record["data"]
    return data


class Timed:
    """A call, by a clock of our own since it was due: begun, on the screen, its key pressed, seen to be over."""

    def __init__(self, laptop: Laptop, time_of_day: TimeOfDay) -> None:
        self._laptop = laptop
        self._due = time.monotonic() - (time_of_day.now() - laptop.starts_at).total_seconds()
        self.begun_s = self.live_s = self.pressed_s = self.over_s = 0.0

    def _now_s(self) -> float:
        return time.monotonic() - self._due

    async def begins(self) -> None:
        self.begun_s = self._now_s()
        await self._laptop.is_live()
        self.live_s = self._now_s()

    async def ends(self) -> None:
        """By its key."""
        shell = self._laptop.shell
        assert shell is not None
        self.pressed_s = self._now_s()
        shell.say(Pressed(key=Key.END_NOW))
        await shell.shows("goodbye")
        self.over_s = self._now_s()
        await self._laptop.has_recorded("outcome")

    def accounts_for(self, said: Mapping[str, Any]) -> bool:
        """Whether talk and what was lost are all the time until its end, and all of a call never interrupted is talk.

        A machine that stalls for two seconds interrupts it: no report came.
        """
        shell = self._laptop.shell
        assert shell is not None
        talk_s, lost_s = float(said["talk_ms"]) / 1000, float(sum(said["lost"].values())) / 1000
        was_interrupted = any(each.scene.kind == "interrupted" for each in shell.heard if isinstance(each, Show))
        least_s = 0.0 if was_interrupted else self.pressed_s - self.live_s - 1
        is_talk = max(0.0, least_s) < talk_s < self.over_s - self.begun_s + 1
        return is_talk and self.pressed_s - 1 < talk_s + lost_s < self.over_s + 1


@pytest.mark.parametrize(
    "step",
    [timedelta(days=-1), timedelta(days=1), EPOCH - datetime.now(UTC)],
    ids=["back", "forward", "1970"],
)
async def test_a_clock_that_is_set_in_a_call_changes_no_duration(
    laptop: Laptop, time_of_day: TimeOfDay, step: timedelta
) -> None:
    await laptop.sets_up_officer()
    await laptop.starts(time_of_day.environment())
    assert laptop.shell is not None
    laptop.shell.asks_the_time(lambda: datetime.now(UTC))
    timed = Timed(laptop, time_of_day)
    await timed.begins()
    await laptop.shell.receives(1)
    time_of_day.ahead_by(step)
    await laptop.shell.receives(2.5)
    await timed.ends()
    said = outcome(laptop)
    assert timed.accounts_for(said), (said, vars(timed))
    assert "clock_wrong" in laptop.events()
    started = laptop.starts_at
    assert started <= datetime.fromisoformat(said["ended_at"]) <= started + timedelta(hours=1)  # the steps are of days


async def test_without_the_boot_time_clock_a_set_clock_ends_the_call(laptop: Laptop, time_of_day: TimeOfDay) -> None:
    await laptop.sets_up_officer()
    await laptop.starts(time_of_day.environment(boot_clock_is_true=False))
    await laptop.is_live()
    time_of_day.ahead_by(timedelta(days=1))
    await laptop.has_recorded("outcome")
    assert outcome(laptop)["ended_by"] == "time"


@pytest.mark.parametrize("change", [SUMMER_TIME, AUTUMN], ids=["spring", "autumn"])
async def test_a_call_over_the_change_of_summer_time_keeps_its_duration(
    laptop: Laptop, time_of_day: TimeOfDay, change: datetime
) -> None:
    time_of_day.is_now(change - timedelta(seconds=4))
    laptop.starts_at = time_of_day.now() - timedelta(seconds=1)
    await laptop.sets_up_officer()
    await laptop.starts(time_of_day.environment())
    assert laptop.shell is not None
    laptop.shell.asks_the_time(time_of_day.now)
    timed = Timed(laptop, time_of_day)
    await timed.begins()
    while time_of_day.now() < change + timedelta(seconds=1):
        await laptop.shell.receives(0.5)
    await timed.ends()
    assert timed.accounts_for(outcome(laptop)), (outcome(laptop), vars(timed))
    assert "clock_wrong" not in laptop.events()


async def test_a_wrong_clock_opens_no_call_says_why_and_comes_right_by_itself(
    laptop: Laptop, time_of_day: TimeOfDay
) -> None:
    time_of_day.is_now(EPOCH)
    await laptop.starts(time_of_day.environment())
    shell = laptop.shell
    assert shell is not None
    never_set = await shell.shows("out_of_service")  # before any word of the service
    assert isinstance(never_set, OutOfService)
    assert never_set.fault == "wrong_clock"
    shell.asks_the_time(lambda: datetime.now(UTC))
    laptop.is_due()
    for wrong_by in (timedelta(hours=-3), timedelta(hours=3), timedelta(minutes=-2)):
        time_of_day.ahead_by(timedelta())
        opened = await shell.shows("next_call")
        assert isinstance(opened, NextCall)
        assert opened.may_open
        time_of_day.ahead_by(wrong_by)
        refused = await shell.shows("out_of_service")
        assert isinstance(refused, OutOfService)
        assert refused.reference == "WRONG-CLOCK"
    time_of_day.ahead_by(timedelta())
    await shell.shows("next_call")
    events = laptop.events()
    assert events.count("clock_wrong") == 3
    assert "clock_never_set" in events
    assert "outcome" not in events
    time_of_day.ahead_by(timedelta(hours=3))  # a laptop's guard would have it set; a DEMO's is left alone
    await eventually(lambda: "a DEMO's clock is left as it is" in laptop.log, WITHIN_S, "a look at the clock")


async def test_without_a_word_of_the_service_a_clock_that_is_an_hour_wrong_is_believed(
    laptop: Laptop, time_of_day: TimeOfDay
) -> None:
    time_of_day.ahead_by(timedelta(hours=-1))
    laptop.starts_at = time_of_day.now()
    await laptop.starts(time_of_day.environment())
    assert laptop.shell is not None
    laptop.shell.say(LinkNow(up=True))
    laptop.is_due()
    await laptop.shell.shows("next_call")


async def test_a_laptop_that_starts_in_1970_takes_its_sheet_once_the_service_has_said_the_time(
    laptop: Laptop, time_of_day: TimeOfDay
) -> None:
    time_of_day.is_now(EPOCH)
    await laptop.starts(time_of_day.environment())
    shell = laptop.shell
    assert shell is not None
    laptop.is_due()  # refused: not valid yet, by a clock that was never set
    await laptop.has_recorded("document_refused")
    shell.asks_the_time(lambda: datetime.now(UTC))
    await laptop.has_recorded("document_taken")
    time_of_day.ahead_by(timedelta())
    await shell.shows("next_call")
