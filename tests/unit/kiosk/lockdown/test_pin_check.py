"""Whether a number and a PIN fit."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from contract.roster import Right
from kiosk.errors import LockdownError, Refused, Unavailable
from kiosk.lockdown.officers import Officers
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.officers import CHEAP, PINS, Desk, roster

WRONG = "000001"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def desk(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Desk]:
    roster(tmp_path)
    made = Desk(tmp_path, clock)
    yield made
    made.fits.may_end.set()
    await made.check.close()


def counted(folder: Path) -> int:
    """Failures of the laptop, on the disk."""
    laptop: int = json.loads((folder / "tries.json").read_text())["laptop"]
    return laptop


async def refusal(desk: Desk, number: str, pin: str = WRONG) -> str:
    """What is said to whoever typed this."""
    with pytest.raises(Refused) as refused:
        await desk.check.check(number, pin)
    return str(refused.value)


# ---- who may ----


async def test_the_right_pin_is_the_officer(desk: Desk) -> None:
    assert await desk.check.check(" a1 ", PINS["A1"]) == "A1"
    assert desk.refused == []


async def test_a_success_costs_no_wait(desk: Desk, tmp_path: Path) -> None:
    for _ in range(3):
        assert await desk.check.check("A1", PINS["A1"]) == "A1"
    assert await desk.check.check("B2", PINS["B2"]) == "B2"
    assert counted(tmp_path) == 0


async def test_one_officers_pin_is_not_anothers(desk: Desk) -> None:
    assert "do not fit" in await refusal(desk, "B2", PINS["A1"])


async def test_a_disabled_officer_hears_so_only_with_the_right_pin(desk: Desk, clock: FakeClock) -> None:
    assert await refusal(desk, "OLD") == "That number and PIN do not fit. Try again in 5 seconds."
    clock.advance(5)
    gone = "You are not set up on this laptop any more. Ask a manager."
    assert await refusal(desk, "OLD", PINS["OLD"]) == gone


async def test_an_officer_disabled_between_two_tries_is_disabled_at_the_next(desk: Desk, tmp_path: Path) -> None:
    assert await desk.check.check("A1", PINS["A1"]) == "A1"
    Officers(tmp_path).disable("A1", NOON)
    assert "any more" in await refusal(desk, "A1", PINS["A1"])
    Officers(tmp_path).enable("A1")
    assert await desk.check.check("A1", PINS["A1"]) == "A1"


async def test_an_officer_who_is_disabled_while_the_pin_is_checked_is_disabled(desk: Desk, tmp_path: Path) -> None:
    desk.fits.may_end.clear()
    asked = asyncio.create_task(desk.check.check("A1", PINS["A1"]), name="asked")
    assert await asyncio.to_thread(desk.fits.begun.wait, 10)
    Officers(tmp_path).disable("A1", NOON)
    desk.fits.may_end.set()
    with pytest.raises(Refused, match="any more"):
        await asked


async def test_a_pin_that_is_replaced_while_it_is_checked_opens_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.fits.may_end.clear()
    asked = asyncio.create_task(desk.check.check("A1", PINS["A1"]), name="asked")
    assert await asyncio.to_thread(desk.fits.begun.wait, 10)
    Officers(tmp_path, CHEAP).set_pin("A1", "905172")
    desk.fits.may_end.set()
    with pytest.raises(Refused, match="any more"):
        await asked


async def test_who_may_run_calls_may_not_manage(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="not set up for this"):
        await desk.check.check("A1", PINS["A1"], Right.MANAGE)
    Officers(tmp_path, CHEAP).add("M1", "Manager", frozenset(Right), "905172", NOON)
    assert await desk.check.check("M1", "905172", Right.MANAGE) == "M1"


async def test_a_laptop_without_officers_says_so(tmp_path: Path, clock: FakeClock) -> None:
    desk = Desk(tmp_path, clock)
    assert "No officer is set up" in await refusal(desk, "A1")
    await desk.check.close()


# ---- waiting ----


async def test_a_wrong_pin_makes_everybody_wait_and_says_how_long(desk: Desk, clock: FakeClock) -> None:
    assert await refusal(desk, "A1") == "That number and PIN do not fit. Try again in 5 seconds."
    clock.advance(1)
    assert await refusal(desk, "A1", PINS["A1"]) == "Wait 4 seconds before the next try."
    assert await refusal(desk, "B2", PINS["B2"]) == "Wait 4 seconds before the next try."
    clock.advance(4)
    assert await desk.check.check("A1", PINS["A1"]) == "A1"


async def test_while_it_waits_nothing_is_tried_counted_or_told(desk: Desk, tmp_path: Path) -> None:
    await refusal(desk, "A1")
    for _ in range(50):
        await refusal(desk, "A1", PINS["A1"])
    assert len(desk.fits.made) == 1
    assert counted(tmp_path) == 1
    assert desk.refused == [("A1", 5)]


@pytest.mark.attack("clock-set")
async def test_setting_the_time_of_day_shortens_nothing(desk: Desk, clock: FakeClock) -> None:
    await refusal(desk, "A1")
    for year in (1970, 2099):
        clock.set_wall(NOON.replace(year=year))
        assert await refusal(desk, "A1") == "Wait 5 seconds before the next try."


async def test_what_cannot_be_a_number_or_a_pin_is_no_try(desk: Desk) -> None:
    assert await refusal(desk, "../A1") == "A staff number is 1 to 16 letters and digits."
    assert await refusal(desk, "A1", "4829") == "A PIN is six to twelve digits."
    assert await refusal(desk, "A1", "4" * 1_000_000) == "A PIN is six to twelve digits."
    assert (desk.fits.made, desk.refused) == ([], [])


# ---- a wrong number and a wrong PIN ----


async def test_a_number_nobody_has_costs_the_same_work_and_says_the_same(tmp_path: Path) -> None:
    roster(tmp_path)
    work, words = [], []
    for place, number in enumerate(["A1", "OLD", "NOBODY"]):
        folder = tmp_path / str(place)
        folder.mkdir()
        (folder / "officers.json").write_bytes((tmp_path / "officers.json").read_bytes())
        desk = Desk(folder, FakeClock())
        words.append([await refusal(desk, number), await refusal(desk, number)])
        work.append((desk.fits.made, counted(folder)))
        await desk.check.close()
    assert work == [work[0]] * 3
    assert len(work[0][0]) == 1
    assert words == [words[0]] * 3


async def test_a_number_nobody_has_is_not_told_on_since_it_may_be_a_pin(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await refusal(desk, PINS["A1"], "571046")
    assert desk.refused == [(None, 5)]
    assert PINS["A1"] not in caplog.text + (tmp_path / "tries.json").read_text()


# ---- parallel, cancelled, killed ----


@pytest.mark.attack("pin-guessing")
async def test_of_many_at_once_one_is_tried_and_the_others_are_sent_away_at_once(desk: Desk, tmp_path: Path) -> None:
    desk.fits.may_end.clear()
    first = asyncio.create_task(desk.check.check("A1", PINS["A1"]), name="first")
    assert await asyncio.to_thread(desk.fits.begun.wait, 10)
    for number in ("A1", "B2", "NOBODY"):
        assert "being checked already" in await refusal(desk, number)
    desk.fits.may_end.set()
    assert await first == "A1"
    assert len(desk.fits.made) == 1
    assert desk.refused == []


@pytest.mark.attack("pin-guessing")
async def test_all_at_once_make_one_guess(desk: Desk, tmp_path: Path) -> None:
    guesses = [desk.check.check(number, WRONG) for number in ("A1", "B2", "NOBODY") * 10]
    answers = await asyncio.gather(*guesses, return_exceptions=True)
    assert all(isinstance(answer, Refused) for answer in answers)
    assert len(desk.fits.made) == counted(tmp_path) == 1


@pytest.mark.attack("pin-guessing")
async def test_a_try_is_on_the_disk_before_it_is_made(desk: Desk, tmp_path: Path) -> None:
    desk.fits.may_end.clear()
    first = asyncio.create_task(desk.check.check("A1", PINS["A1"]), name="first")
    assert await asyncio.to_thread(desk.fits.begun.wait, 10)
    killed_now = Desk(tmp_path, FakeClock())
    assert await refusal(killed_now, "A1", PINS["A1"]) == "Wait 5 seconds before the next try."
    await killed_now.check.close()
    desk.fits.may_end.set()
    assert await first == "A1"
    assert counted(tmp_path) == 0


async def test_whoever_goes_away_gains_nothing(desk: Desk, tmp_path: Path) -> None:
    desk.fits.may_end.clear()
    first = asyncio.create_task(desk.check.check("A1", WRONG), name="first")
    assert await asyncio.to_thread(desk.fits.begun.wait, 10)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    assert "being checked already" in await refusal(desk, "B2")
    desk.fits.may_end.set()
    await desk.check.close()
    assert counted(tmp_path) == 1
    assert desk.refused == [("A1", 5)]


async def test_the_loop_goes_on_while_a_pin_is_checked(desk: Desk) -> None:
    desk.fits.may_end.clear()
    first = asyncio.create_task(desk.check.check("A1", PINS["A1"]), name="first")
    assert await asyncio.to_thread(desk.fits.begun.wait, 10)
    assert not first.done()  # and yet this line is reached
    desk.fits.may_end.set()
    await first


@pytest.mark.slow
async def test_the_loop_turns_while_argon2_works(tmp_path: Path, clock: FakeClock) -> None:
    Officers(tmp_path).add("A1", "Ann", frozenset(Right), PINS["A1"], NOON)  # as dear as on a laptop
    desk = Desk(tmp_path, clock)
    check = asyncio.create_task(desk.check.check("A1", PINS["A1"]), name="check")
    turns = 0
    while not check.done():
        await asyncio.sleep(0)
        turns += desk.fits.begun.is_set()
    assert await check == "A1"
    assert turns > 100
    await desk.check.close()


# ---- restarts and files ----


@pytest.mark.attack("pin-guessing")
async def test_a_restart_brings_every_delay_back_in_full(desk: Desk, clock: FakeClock, tmp_path: Path) -> None:
    for wait in (5, 10, 20):
        await refusal(desk, "A1")
        clock.advance(wait - 1)
        assert await refusal(desk, "A1") == "Wait 1 second before the next try."
        clock.advance(1)
    again = Desk(tmp_path, FakeClock())
    assert await refusal(again, "A1", PINS["A1"]) == "Wait 20 seconds before the next try."
    await again.check.close()


@pytest.mark.attack("pin-guessing")
async def test_a_damaged_count_is_the_longest_delay(tmp_path: Path, clock: FakeClock) -> None:
    roster(tmp_path)
    (tmp_path / "tries.json").write_text("{}")
    desk = Desk(tmp_path, clock)
    assert await refusal(desk, "A1", PINS["A1"]) == "Wait 15 minutes before the next try."
    clock.advance(900)
    assert await desk.check.check("A1", PINS["A1"]) == "A1"
    await desk.check.close()


@pytest.mark.attack("pin-guessing")
async def test_where_no_count_can_be_kept_no_pin_is_tried(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "tries.json").mkdir()
    with pytest.raises(LockdownError, match="cannot keep count"):
        await desk.check.check("A1", PINS["A1"])
    assert desk.fits.made == []
    assert await refusal(desk, "A1", PINS["A1"]) == "Wait 5 seconds before the next try."


async def test_a_damaged_roster_lets_nobody_in(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "officers.json").write_text("{}")
    with pytest.raises(LockdownError, match="list of officers"):
        await desk.check.check("A1", PINS["A1"])


async def test_a_check_that_has_no_memory_is_counted_and_said(desk: Desk, tmp_path: Path) -> None:
    desk.fits.has_memory = False
    with pytest.raises(Unavailable, match="too busy"):
        await desk.check.check("A1", PINS["A1"])
    assert counted(tmp_path) == 1


async def test_closed_takes_no_pin_and_may_be_closed_twice(desk: Desk) -> None:
    await desk.check.close()
    await desk.check.close()
    with pytest.raises(Unavailable, match="takes no PIN now"):
        await desk.check.check("A1", PINS["A1"])
