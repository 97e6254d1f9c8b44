"""The reckoning: facts that are noticed late count from when they were true."""

from datetime import timedelta

from contract.words import Cause
from kiosk.ipc import LinkNow, ShellHello
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.day import Day


def live() -> Day:
    return Day().starts(sheet(booking(hard_stop_after_s=2700))).live()


def lost(day: Day) -> dict[Cause, int]:
    return {cause: ms for cause, ms in day.call.time.account.lost_ms.items() if cause is not Cause.VISITOR_SIDE}


def test_a_dead_line_counts_from_the_services_last_word() -> None:
    day = live()
    day.passes(3)
    day.session.hear(LinkNow(up=False, silent_ms=3000, gateway=False))
    day.passes(7)
    assert lost(day) == {Cause.PRISON_NETWORK: 10_000}


def test_the_first_answer_about_the_gateway_counts_for_the_whole_outage_and_a_later_one_from_now() -> None:
    day = live()
    day.session.hear(LinkNow(up=False))
    day.passes(4)
    day.session.hear(LinkNow(up=False, silent_ms=4000, gateway=False))
    day.passes(6)
    day.session.hear(LinkNow(up=False, silent_ms=10_000, gateway=True))
    day.passes(5)
    assert lost(day) == {Cause.PRISON_NETWORK: 10_000, Cause.SERVICE: 5_000}


def test_a_silent_shell_counts_from_its_last_word() -> None:
    day = live()
    day.passes(3)
    day.session.shell_silent(3000)
    day.passes(4)
    assert lost(day) == {Cause.LAPTOP: 7_000}


def test_what_passed_before_the_laptop_was_on_is_the_laptops_and_before_it_was_told_the_services() -> None:

    late = booking(starts_at=NOON - timedelta(seconds=60), hard_stop_after_s=2700)
    day = Day()
    day.session.hear(ShellHello(pid=1))
    day.session.hear(LinkNow(up=True))
    day.passes(20)
    day.sheet(sheet(late))
    assert day.call.time.account.lost_ms == {Cause.LAPTOP: 60_000, Cause.SERVICE: 20_000}


def test_a_clock_that_is_corrected_moves_a_booking_that_nobody_has_opened() -> None:

    day = Day().starts(sheet(booking(starts_at=NOON + timedelta(minutes=4))))
    starts_ms = day.call.time.fair.times.starts_ms
    day.clock.set_wall(NOON + timedelta(minutes=2))
    day.passes(0.2)
    assert starts_ms - day.call.time.fair.times.starts_ms == 120_000
