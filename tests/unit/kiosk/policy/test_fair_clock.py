"""The fair clock: what is talk, what is lost, what is given back and what is owed, to the millisecond."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from contract.words import Cause, HoldReason
from kiosk.policy.causes import OURS, Circumstances, Stage
from kiosk.policy.fair_clock import CONNECTS_MS, Account, FairClock, Times

MINUTE = 60_000
START = 1_000_000
TIMES = Times(starts_ms=START, duration_ms=30 * MINUTE, hard_stop_ms=START + 45 * MINUTE)
READY = Circumstances(stage=Stage.ADMITTED, visitor_waiting=True)


def clock(held: Circumstances = READY, times: Times = TIMES) -> FairClock:
    return FairClock(times, changes=((0, held),))


def talking(times: Times = TIMES) -> FairClock:
    return clock(replace(READY, talking=True), times)


def at(minutes: float) -> int:
    return START + round(minutes * MINUTE)


def test_nothing_counts_before_the_start() -> None:
    assert talking().account(START) == Account()
    assert talking().left_ms(START - 5 * MINUTE) == 30 * MINUTE
    assert not talking().is_over(START - 1)


def test_talk_runs_to_its_end_and_no_further() -> None:
    fair = talking()
    assert fair.account(at(10)).talk_ms == 10 * MINUTE
    assert fair.left_ms(at(10)) == 20 * MINUTE
    assert not fair.is_over(at(30) - 1)
    assert fair.account(at(31)) == Account(30 * MINUTE, {}, at(30))
    assert fair.left_ms(at(31)) == 0


def test_what_we_lost_is_given_back_and_what_they_lost_is_not() -> None:
    fair = talking().since(at(5), talking=False, service_up=False, gateway_up=False)
    fair = fair.since(at(9), service_up=True, visitor_has_devices=False).since(at(11), talking=True)
    account = fair.account(at(60))
    assert account.lost_ms == {Cause.PRISON_NETWORK: 4 * MINUTE, Cause.VISITOR_SIDE: 2 * MINUTE}
    assert (account.ours_ms, account.theirs_ms) == (4 * MINUTE, 2 * MINUTE)
    assert account.talk_ms == 28 * MINUTE
    assert account.ended_ms == at(34)


def test_to_connect_them_again_is_ours_after_a_fault_of_ours_for_so_long() -> None:
    down = talking().since(at(5), talking=False, laptop_up=False).since(at(8), laptop_up=True)
    soon, late = (down.since(at(8) + ms, talking=True) for ms in (3_700, CONNECTS_MS + 1_000))
    assert soon.account(at(10)).lost_ms == {Cause.LAPTOP: 3 * MINUTE + 3_700}
    assert late.account(at(10)).lost_ms == {Cause.LAPTOP: 3 * MINUTE + CONNECTS_MS, Cause.VISITOR_SIDE: 1_000}
    assert [down.cause_at(at(8) + ms) for ms in (0, CONNECTS_MS - 1)] == [Cause.LAPTOP] * 2
    assert down.cause_at(at(8) + CONNECTS_MS) is Cause.VISITOR_SIDE
    assert soon.settle(at(8) + 1_000).account(at(10)).lost_ms == soon.account(at(10)).lost_ms


def test_what_was_in_the_way_is_kept_with_the_sums() -> None:
    down = talking().since(at(5), talking=False, laptop_up=False).since(at(8), laptop_up=True)
    settled = down.settle(at(8) + 1_000)
    written = TypeAdapter(FairClock).dump_json(settled)
    assert TypeAdapter(FairClock).validate_json(written).account(at(8) + 3_000).lost_ms == {
        Cause.LAPTOP: 3 * MINUTE + 3_000
    }


def test_to_connect_them_is_theirs_where_nothing_of_ours_was_in_the_way() -> None:
    silent = talking().since(at(5), talking=False).since(at(6), talking=True)
    assert silent.account(at(10)).lost_ms == {Cause.VISITOR_SIDE: MINUTE}
    down = talking().since(at(5), talking=False, laptop_up=False)
    away = down.since(at(6), laptop_up=True, visitor_waiting=False)
    back = away.since(at(7), visitor_waiting=True).since(at(7) + 500, talking=True)
    assert back.account(at(10)).lost_ms == {Cause.LAPTOP: MINUTE, Cause.VISITOR_ABSENT: MINUTE, Cause.VISITOR_SIDE: 500}


def test_a_call_that_connects_and_breaks_within_a_fault_is_connected_anew() -> None:
    fair = talking().since(at(5), talking=False, laptop_up=False).since(at(6), laptop_up=True)
    fair = fair.since(at(6) + 6_000, service_up=False).since(at(6) + 7_000, service_up=True)
    account = fair.since(at(6) + 16_000, talking=True).account(at(10))
    assert account.lost_ms == {Cause.LAPTOP: MINUTE + 6_000, Cause.SERVICE: 10_000}


def test_nothing_is_given_back_past_the_hard_stop_and_what_is_missing_is_owed() -> None:
    fair = clock().since(at(0), laptop_up=False).since(at(20), laptop_up=True, talking=True)
    ended = fair.stopped(at(50))
    assert ended.ended_ms == at(45)
    assert ended.account(at(50)).talk_ms == 25 * MINUTE
    assert ended.returned_ms() == 15 * MINUTE
    assert ended.owed_ms(by_a_person=False) == 5 * MINUTE


def test_a_person_who_leaves_is_owed_only_what_we_lost_and_have_not_given_back() -> None:
    fair = talking().since(at(5), talking=False, laptop_up=False).since(at(8), talking=True).stopped(at(20))
    assert fair.returned_ms() == 0
    assert fair.owed_ms(by_a_person=True) == 3 * MINUTE
    assert fair.owed_ms(by_a_person=False) == 13 * MINUTE


def test_a_fact_noticed_late_counts_from_when_it_was_true() -> None:
    early = (
        talking()
        .since(at(5), talking=False)
        .since(at(5), service_up=False, gateway_up=False)
        .since(at(6), talking=True)
    )
    late = (
        talking()
        .since(at(5), talking=False)
        .since(at(6), talking=True)
        .since(at(5), service_up=False, gateway_up=False)
    )
    assert early.account(at(10)) == late.account(at(10))
    assert late.account(at(10)).lost_ms == {Cause.PRISON_NETWORK: MINUTE}
    assert late.circumstances == replace(READY, talking=True, service_up=False, gateway_up=False)


def test_an_extension_is_more_talk_but_never_past_the_hard_stop() -> None:
    assert talking().extended(10 * MINUTE).account(at(60)).ended_ms == at(40)
    assert talking().extended(30 * MINUTE).account(at(60)).ended_ms == at(45)


def test_a_hold_explained_later_costs_whoever_caused_it_from_its_beginning() -> None:
    held = talking().since(at(5), talking=False, held_for=HoldReason.OFFICER)
    explained = held.since(at(5), held_for=HoldReason.PRISONER_BREACH)
    assert held.account(at(9)).lost_ms == {Cause.OFFICER: 4 * MINUTE}
    assert explained.account(at(9)).lost_ms == {Cause.PRISONER: 4 * MINUTE}


def test_another_clock_tells_the_same_story() -> None:
    fair = talking().since(at(5), talking=False, laptop_up=False).since(at(7), talking=True)
    moved = fair.shifted(-900_000)
    assert moved.account(at(20) - 900_000) == fair.account(at(20))
    stopped, settled = fair.stopped(at(20)), fair.settle(at(15))
    assert stopped.shifted(5).ended_ms == at(20) + 5
    assert settled.shifted(5).account(at(20) + 5) == settled.account(at(20))


@pytest.mark.parametrize("minutes", [-5, 0, 3, 6, 20])
def test_an_ended_clock_stands_still(minutes: int) -> None:
    ended = talking().since(at(5), talking=False, laptop_up=False).stopped(at(minutes))
    assert ended.account(at(44)) == ended.account(at(minutes))
    assert ended.since(at(50), talking=True).account(at(60)) == ended.account(at(minutes))


# ---- what holds whatever happens ----

HELD = st.builds(
    Circumstances,
    talking=st.booleans(),
    held_for=st.sampled_from([None, *HoldReason]),
    announcement=st.booleans(),
    laptop_up=st.booleans(),
    service_up=st.booleans(),
    gateway_up=st.booleans(),
    stage=st.sampled_from(Stage),
    visitor_waiting=st.booleans(),
    visitor_has_devices=st.booleans(),
    probe_clean=st.booleans(),
)
INSTANT = st.integers(START - 10 * MINUTE, START + 60 * MINUTE)
CHANGES = st.lists(st.tuples(INSTANT, HELD), max_size=12)


def after(changes: list[tuple[int, Circumstances]], times: Times = TIMES) -> FairClock:
    fair = FairClock(times)
    for instant, held in changes:
        fair = fair.since(instant, **vars(held))
    return fair


@given(CHANGES, INSTANT)
def test_talk_and_lost_are_all_of_the_time(changes: list[tuple[int, Circumstances]], now: int) -> None:
    account = after(changes).account(now)
    until = account.ended_ms if account.ended_ms is not None else now
    assert account.talk_ms + sum(account.lost_ms.values()) == max(0, until - START)
    assert account.talk_ms >= 0
    assert all(lost > 0 for lost in account.lost_ms.values())


@given(CHANGES, INSTANT, st.integers(0, 20 * MINUTE))
def test_no_call_goes_past_its_hard_stop_or_talks_more_than_it_may(
    changes: list[tuple[int, Circumstances]], now: int, extended: int
) -> None:
    fair = after(changes).extended(extended)
    account = fair.account(now)
    assert account.talk_ms <= fair.times.whole_ms
    assert account.ended_ms is None or account.ended_ms <= TIMES.hard_stop_ms
    assert (account.ended_ms is None) == (not fair.is_over(now))
    assert fair.left_ms(now) >= 0


@given(CHANGES, INSTANT, st.booleans())
def test_what_is_returned_was_lost_by_us_and_nothing_owed_is_negative(
    changes: list[tuple[int, Circumstances]], now: int, by_a_person: bool
) -> None:
    ended = after(changes).stopped(now)
    account = ended.account(now)
    assert 0 <= ended.returned_ms() <= account.ours_ms
    assert 0 <= ended.owed_ms(by_a_person=by_a_person) <= max(ended.times.whole_ms, account.ours_ms)


@given(CHANGES, INSTANT)
def test_the_end_is_where_the_definition_puts_it(changes: list[tuple[int, Circumstances]], now: int) -> None:
    account = after(changes).account(now)
    if account.ended_ms is not None:
        given_back = sum(lost for cause, lost in account.lost_ms.items() if cause in OURS)
        assert account.ended_ms == min(TIMES.hard_stop_ms, START + TIMES.whole_ms + given_back)


@given(CHANGES, INSTANT, INSTANT)
def test_settling_changes_no_sum(changes: list[tuple[int, Circumstances]], one: int, other: int) -> None:
    before, now = sorted((one, other))
    fair = after(changes)
    assert fair.settle(before).account(now) == fair.account(now)


def test_nothing_is_settled_where_nothing_changed_or_all_is_over() -> None:
    assert talking().settle(at(5)) == talking()
    early = talking().since(at(5), laptop_up=False)
    assert early.settle(at(4)) == early
    over = clock().since(at(1), visitor_waiting=False)
    assert over.settle(at(60)) == over


@given(CHANGES, INSTANT, INSTANT)
def test_time_never_runs_back(changes: list[tuple[int, Circumstances]], one: int, other: int) -> None:
    fair = after(changes)
    earlier, later = (fair.account(instant) for instant in sorted((one, other)))
    assert earlier.talk_ms <= later.talk_ms
    assert all(lost <= later.lost_ms[cause] for cause, lost in earlier.lost_ms.items())
