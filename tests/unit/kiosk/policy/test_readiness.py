"""What a check of the laptop comes to: lights, fixes, when it is due, how long it says anything."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.readiness import CheckedFor, CheckName, Light, Readiness, worst
from kiosk.policy.numbers import Numbers
from kiosk.policy.readiness import MEANS, NO_WAY, OF_DEVICES, OF_THE_SHELL, Found, Trouble, is_due, is_stale, judged
from tests.fakes.clock import NOON

NUMBERS = Numbers()
ALL_WELL = tuple(Found(check=check, found="1") for check in CheckName)


def with_trouble(*found: Found) -> dict[CheckName, tuple[Light, str]]:
    """The rows of a laptop with these troubles and no others."""
    return {row.check: (row.light, row.fix) for row in judged((*found, *ALL_WELL))}


def test_a_laptop_with_nothing_the_matter_is_green_and_has_nothing_to_do() -> None:
    rows = judged(ALL_WELL)
    assert [row.check for row in rows] == list(CheckName)
    assert worst(rows) is Light.GREEN
    assert {row.fix for row in rows} == {""}


def test_what_nobody_has_looked_at_is_red() -> None:
    assert {(row.light, row.found) for row in judged(())} == {(Light.RED, "no answer")}


def test_what_was_read_from_a_file_cannot_steer_a_terminal() -> None:
    (row, *_) = judged((Found(check=CheckName.CAMERA, found="1.2\x1b[2J\n3"), *ALL_WELL))
    assert row.found == "1.2?[2J?3"


def test_of_no_rows_at_all_nothing_is_known() -> None:
    assert worst(()) is Light.RED


def test_the_first_word_on_a_check_counts() -> None:
    wrong = Found(check=CheckName.CLOCK, trouble=Trouble.CLOCK_WRONG, found="+90 s")
    assert with_trouble(wrong)[CheckName.CLOCK][0] is Light.RED


@pytest.mark.parametrize("trouble", Trouble)
def test_every_trouble_has_a_light_that_is_not_green_and_one_plain_fix(trouble: Trouble) -> None:
    meaning = MEANS[trouble]
    assert meaning.light is not Light.GREEN
    assert re.fullmatch(r"[A-Z].{8,}\.", meaning.fix)
    assert len(meaning.fix) <= 80
    assert 1 <= meaning.fix.count(". ") + 1 <= 2


def test_one_way_to_the_relay_that_is_shut_is_amber_and_both_are_red() -> None:
    udp = Found(check=CheckName.RELAY_UDP, trouble=Trouble.RELAY_UDP_SHUT)
    tcp = Found(check=CheckName.RELAY_TCP, trouble=Trouble.RELAY_TCP_SHUT)
    assert with_trouble(udp)[CheckName.RELAY_UDP] == (Light.AMBER, MEANS[Trouble.RELAY_UDP_SHUT].fix)
    assert with_trouble(udp, tcp)[CheckName.RELAY_UDP] == (Light.RED, NO_WAY)
    assert with_trouble(udp, tcp)[CheckName.RELAY_TCP] == (Light.RED, NO_WAY)


def test_a_relay_without_tcp_and_with_udp_shut_cannot_be_reached_at_all() -> None:
    udp = Found(check=CheckName.RELAY_UDP, trouble=Trouble.RELAY_UDP_SHUT)
    tcp = Found(check=CheckName.RELAY_TCP, trouble=Trouble.RELAY_TCP_NOT_OFFERED)
    assert with_trouble(udp, tcp)[CheckName.RELAY_UDP] == (Light.RED, NO_WAY)


def test_the_worst_light_is_the_laptops() -> None:
    battery = Found(check=CheckName.MAINS, trouble=Trouble.ON_BATTERY, found="80 %")
    dark = Found(check=CheckName.CAMERA, trouble=Trouble.CAMERA_DARK, found="light 1%")
    assert worst(judged((battery, *ALL_WELL))) is Light.AMBER
    report = Readiness(checked_at=NOON, checked_for=CheckedFor.OFFICER, rows=judged((battery, dark, *ALL_WELL)))
    assert report.light is Light.RED


@given(st.lists(st.builds(Found, check=st.sampled_from(CheckName), trouble=st.sampled_from([None, *Trouble]))))
def test_whatever_is_said_every_check_has_one_row_and_only_green_ones_have_no_fix(found: list[Found]) -> None:
    rows = judged(found)
    assert [row.check for row in rows] == list(CheckName)
    assert all((row.light is Light.GREEN) == (row.fix == "") for row in rows)


def test_devices_are_the_shells_to_look_at() -> None:
    assert OF_DEVICES < OF_THE_SHELL < set(CheckName)


@pytest.mark.parametrize(("before_min", "due"), [(21, False), (20, True), (6, True), (5, False), (-1, False)])
def test_a_check_is_due_from_twenty_minutes_before_until_the_room_opens(before_min: int, due: bool) -> None:
    assert is_due(NOON + timedelta(minutes=before_min), NOON, NUMBERS) is due


@pytest.mark.parametrize(("age_min", "stale"), [(0, False), (59, False), (60, True), (-1, True)])
def test_what_was_found_says_something_for_an_hour_and_nothing_of_the_past(age_min: int, stale: bool) -> None:
    assert is_stale(NOON, NOON + timedelta(minutes=age_min), NUMBERS) is stale
