"""Causes: every lost second has exactly one, by the first rule that matches."""

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.words import CallState, Cause, HoldReason
from kiosk.policy.causes import HELD_FOR, OURS, STAGES, THEIRS, Circumstances, Stage

WELL = Circumstances(stage=Stage.ADMITTED, visitor_waiting=True)
WORST = Circumstances(
    held_for=HoldReason.OFFICER,
    announcement=True,
    laptop_up=False,
    service_up=False,
    gateway_up=False,
    stage=Stage.NOT_OPENED,
    visitor_has_devices=False,
    probe_clean=False,
)
IN_ORDER: tuple[tuple[dict[str, Any], Cause], ...] = (  # each heals what the rule before it saw
    ({}, Cause.OFFICER),
    ({"held_for": None}, Cause.ANNOUNCEMENT),
    ({"announcement": False}, Cause.LAPTOP),
    ({"laptop_up": True}, Cause.PRISON_NETWORK),
    ({"gateway_up": True}, Cause.SERVICE),
    ({"service_up": True}, Cause.NOT_BROUGHT),
    ({"stage": Stage.CHECKING}, Cause.OFFICER),
    ({"stage": Stage.ADMITTED}, Cause.VISITOR_ABSENT),
    ({"visitor_waiting": True}, Cause.VISITOR_SIDE),
    ({"visitor_has_devices": True}, Cause.SERVICE),
    ({"probe_clean": True}, Cause.VISITOR_SIDE),
)


def test_the_first_rule_that_matches_wins() -> None:
    held = WORST
    for heals, cause in IN_ORDER:
        held = replace(held, **heals)
        assert held.cause() is cause
    assert held == WELL
    assert len(list(pairwise(IN_ORDER))) == 10


@pytest.mark.parametrize("reason", list(HoldReason))
def test_a_hold_is_ours_unless_somebody_broke_the_rules(reason: HoldReason) -> None:
    cause = replace(WELL, held_for=reason).cause()
    assert cause is HELD_FOR[reason]
    breaches = {HoldReason.PRISONER_BREACH: Cause.PRISONER, HoldReason.VISITOR_BREACH: Cause.VISITOR_SIDE}
    assert cause is breaches.get(reason, Cause.OFFICER)


@pytest.mark.parametrize(
    ("facts", "connecting"),
    [
        ({}, True), ({"talking": True}, False), ({"visitor_has_devices": False}, False),
        ({"visitor_waiting": False}, False), ({"laptop_up": False}, False), ({"probe_clean": False}, False),
        ({"held_for": HoldReason.VISITOR_BREACH}, False), ({"talking": True, "announcement": True}, False),
    ],
)  # fmt: skip
def test_they_are_being_connected_where_all_is_there_but_the_talk(facts: dict[str, Any], connecting: bool) -> None:
    assert replace(WELL, **facts).is_connecting is connecting


@given(st.builds(Circumstances))
def test_every_circumstance_has_a_cause(held: Circumstances) -> None:
    assert held.cause() in OURS | THEIRS


def test_every_cause_is_ours_or_theirs() -> None:
    assert frozenset(Cause) == OURS | THEIRS
    assert not OURS & THEIRS
    assert {Cause.VISITOR_ABSENT, Cause.VISITOR_SIDE, Cause.PRISONER} == THEIRS


def test_every_state_but_the_last_has_a_stage() -> None:
    assert set(STAGES) == set(CallState) - {CallState.ENDED}
